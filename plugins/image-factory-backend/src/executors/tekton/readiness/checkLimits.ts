import {
  KubernetesObject,
  isQuantity,
  quantityToNumber,
} from '../../../clusters';
import { ResourceRequirements } from '../../../templates';
import { Read } from './ClusterReader';
import { Finding, unread } from './Finding';

/** A quota, as far as it is looked at. */
export type QuotaObject = KubernetesObject & {
  spec?: { hard?: Record<string, string> };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
};

/** What containers get that ask for nothing. */
export type LimitRangeObject = KubernetesObject & {
  spec?: {
    limits?: {
      type: string;
      default?: Record<string, string>;
      defaultRequest?: Record<string, string>;
      max?: Record<string, string>;
    }[];
  };
};

type ContainerLimits = NonNullable<
  NonNullable<LimitRangeObject['spec']>['limits']
>[number];

/** What one build could take all of, and every other pod of its node goes without. */
const TAKEN_FROM_OTHERS = ['memory', 'ephemeral-storage'];

/** What a quota makes each container ask for: others are refused. */
const ASKED_FOR: Record<string, { of: 'requests' | 'limits'; what: string }> = {
  cpu: { of: 'requests', what: 'cpu' },
  memory: { of: 'requests', what: 'memory' },
  'requests.cpu': { of: 'requests', what: 'cpu' },
  'requests.memory': { of: 'requests', what: 'memory' },
  'limits.cpu': { of: 'limits', what: 'cpu' },
  'limits.memory': { of: 'limits', what: 'memory' },
};

/** Whether there is a limit to what builds take together, and room below it. */
export function checkQuota(quotas: Read<{ items: QuotaObject[] }>): Finding {
  const check = 'quota';
  if ('unread' in quotas) {
    return quotas.unread === 'absent'
      ? withoutQuota()
      : unread(check, quotas.unread, 'list resourcequotas there');
  }
  const { items } = quotas.value;
  if (items.length === 0) return withoutQuota();
  const full = items.flatMap(quota =>
    usageOf(quota)
      .filter(({ isFull }) => isFull)
      .map(({ words }) => `${words} (${quota.metadata.name})`),
  );
  if (full.length > 0) {
    return {
      check,
      status: 'warning',
      message: `The quota is full: ${full.join(', ')}.`,
      hint: 'Builds wait there, or fail after some tries. Wait until others end, remove finished runs, or raise the quota.',
    };
  }
  return {
    check,
    status: 'ready',
    message: items
      .map(
        quota =>
          `${quota.metadata.name}: ${usageOf(quota)
            .map(({ words }) => words)
            .join(', ')}.`,
      )
      .join(' '),
  };
}

/**
 * Whether containers that ask for nothing get what the quota has them ask for and
 * a limit of what they take, and whether the step that builds is let in.
 *
 * @param resources - of the step that builds, as the operator has configured them
 */
export function checkLimitRange(
  ranges: Read<{ items: LimitRangeObject[] }>,
  quotas: Read<{ items: QuotaObject[] }>,
  resources: ResourceRequirements = {},
): Finding {
  const check = 'limit-range';
  if ('unread' in ranges && ranges.unread !== 'absent') {
    return unread(check, ranges.unread, 'list limitranges there');
  }
  const limits = 'value' in ranges ? ranges.value.items : [];
  const containers = limits.flatMap(({ spec }) =>
    (spec?.limits ?? []).filter(({ type }) => type === 'Container'),
  );
  const given = {
    // Kubernetes takes the limit for a request that is not told.
    requests: containers.flatMap(limit =>
      Object.keys({ ...limit.default, ...limit.defaultRequest }),
    ),
    limits: containers.flatMap(limit => Object.keys(limit.default ?? {})),
  };
  const hard = 'value' in quotas ? quotas.value.items.flatMap(hardOf) : [];
  const lacking = hard.filter(name => {
    const { of, what } = ASKED_FOR[name] ?? {};
    return of !== undefined && !given[of].includes(what);
  });
  if (lacking.length > 0) {
    return {
      check,
      status: 'missing',
      message: `The quota limits ${[...new Set(lacking)].join(
        ', ',
      )}, and no LimitRange gives that to containers that ask for none, as Tekton's own: their pods are refused.`,
      hint: 'Apply the LimitRange of a tenant in deploy/kubernetes.',
    };
  }
  const refused = containers.flatMap(each => refusedBy(each, resources));
  if (refused.length > 0) {
    return {
      check,
      status: 'missing',
      message: `The configuration of the cluster gives the step that builds ${refused.join(
        ', and ',
      )}: its pods are refused.`,
      hint: 'Set resources.limits in the configuration of the cluster to what the step may take, or raise the LimitRange.',
    };
  }
  if (containers.length === 0) {
    return {
      check,
      status: 'warning',
      message:
        'No LimitRange is there, so a container that asks for nothing counts as nothing when its node is chosen, and may take all of it.',
      hint: 'Apply the LimitRange of a tenant in deploy/kubernetes.',
    };
  }
  const names = limits.map(({ metadata }) => metadata.name).join(', ');
  const unlimited = TAKEN_FROM_OTHERS.filter(
    what => !given.limits.includes(what),
  );
  return unlimited.length > 0
    ? {
        check,
        status: 'warning',
        message: `${names} gives containers no limit of ${unlimited.join(
          ' and ',
        )}, so that one build can take all of its node.`,
        hint: 'Apply the LimitRange of a tenant in deploy/kubernetes.',
      }
    : {
        check,
        status: 'ready',
        message: `${names} gives containers what they do not ask for, and limits what they take.`,
      };
}

/** What a LimitRange has against a container with these, in words. */
function refusedBy(
  range: ContainerLimits,
  { requests = {}, limits = {} }: ResourceRequirements,
): string[] {
  return Object.keys({ ...requests, ...limits }).flatMap(what => {
    const limit = limits[what] ?? range.default?.[what];
    if (isMore(requests[what], limit) && limits[what] === undefined) {
      return [
        `a request of ${requests[what]} of ${what} and no limit, for which the LimitRange gives it one of ${limit}`,
      ];
    }
    const most = range.max?.[what];
    return isMore(limits[what], most)
      ? [
          `a limit of ${limits[what]} of ${what}, of which the LimitRange allows ${most}`,
        ]
      : [];
  });
}

function isMore(one: string | undefined, other: string | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    isQuantity(one) &&
    isQuantity(other) &&
    quantityToNumber(one) > quantityToNumber(other)
  );
}

function withoutQuota(): Finding {
  return {
    check: 'quota',
    status: 'warning',
    message:
      'No ResourceQuota is there, so nothing limits what builds of the tenant take together.',
    hint: 'Apply the ResourceQuota of a tenant in deploy/kubernetes.',
  };
}

function hardOf({ spec, status }: QuotaObject): string[] {
  return Object.keys(status?.hard ?? spec?.hard ?? {});
}

/** What is used of each thing that a quota limits. */
function usageOf({ spec, status }: QuotaObject) {
  const hard = status?.hard ?? spec?.hard ?? {};
  return Object.entries(hard).map(([name, most]) => {
    const used = status?.used?.[name] ?? '0';
    return {
      words: `${name} ${used} of ${most}`,
      isFull:
        isQuantity(used) &&
        isQuantity(most) &&
        quantityToNumber(used) >= quantityToNumber(most),
    };
  });
}
