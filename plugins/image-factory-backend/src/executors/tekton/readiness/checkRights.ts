import { ClusterReader, ResourceRule, Right } from './ClusterReader';
import { Finding, unread } from './Finding';

/** What the ClusterRole image-factory-tenant grants of what builds need. */
const NEEDED: { group: string; resource: string; verbs: string[] }[] = [
  {
    group: 'tekton.dev',
    resource: 'pipelineruns',
    verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'],
  },
  {
    group: 'tekton.dev',
    resource: 'taskruns',
    verbs: ['get', 'list', 'watch'],
  },
  { group: '', resource: 'pods', verbs: ['get', 'list', 'watch'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'events', verbs: ['get', 'list', 'watch'] },
];

/** Without one of these no build runs, or none is followed. */
const BLOCKING = [
  'create pipelineruns',
  ...['pipelineruns', 'taskruns', 'pods'].flatMap(resource => [
    `list ${resource}`,
    `watch ${resource}`,
  ]),
];

/** What the portal has no need of, and what could be done with it is much. */
const TOO_MUCH: { group: string; resource: string; verbs: string[] }[] = [
  { group: '', resource: 'secrets', verbs: ['get', 'list', 'watch'] },
  { group: '', resource: 'pods', verbs: ['create'] },
  { group: '', resource: 'pods/exec', verbs: ['create'] },
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'rolebindings',
    verbs: ['create'],
  },
];

/** What the portal's account may do in a namespace, held against what it needs. */
export type Rights = {
  /** Rights that it needs and has not. */
  lacking: Right[];
  /** Rights that it has and does not need. */
  tooMany: Right[];
};

/** Finds out what the portal's account may do in a namespace; undefined where that could not be asked. */
export async function readRights(
  reader: ClusterReader,
  namespace: string,
): Promise<Rights | undefined> {
  const rules = await reader.rules(namespace);
  if ('unread' in rules) return undefined;
  const { resourceRules, incomplete } = rules.value;
  const has = async (right: Right): Promise<boolean | undefined> => {
    if (isGranted(resourceRules, right)) return true;
    // Some authorizers, such as those of clouds, answer no more than one question at a time.
    if (!incomplete) return false;
    const answer = await reader.may(namespace, right);
    return 'value' in answer ? answer.value : undefined;
  };
  const held = (rights: Right[]) =>
    Promise.all(rights.map(async right => ({ right, has: await has(right) })));
  const [needed, tooMuch] = await Promise.all([
    held(NEEDED.flatMap(each)),
    held(TOO_MUCH.flatMap(each)),
  ]);
  if ([...needed, ...tooMuch].some(answer => answer.has === undefined)) {
    return undefined;
  }
  return {
    lacking: needed.flatMap(answer => (answer.has ? [] : answer.right)),
    tooMany: tooMuch.flatMap(answer => (answer.has ? answer.right : [])),
  };
}

/** Whether the portal may do nothing of what it needs there. */
export function hasNoRights({ lacking }: Rights): boolean {
  return lacking.length === NEEDED.flatMap(each).length;
}

/** Whether the portal may do what it needs. */
export function checkRights(rights: Rights | undefined): Finding {
  const check = 'rights';
  if (!rights) return unread(check, 'silent', 'ask what it may do');
  const { lacking } = rights;
  return lacking.length > 0
    ? {
        check,
        status: 'missing',
        blocks: lacking.some(({ verb, resource }) =>
          BLOCKING.includes(`${verb} ${resource}`),
        ),
        message: `The portal may not ${describe(lacking)} there.`,
        hint: 'Apply the role of the portal in deploy/kubernetes again, and the RoleBinding that grants it in this namespace.',
      }
    : {
        check,
        status: 'ready',
        message:
          'The portal may create, follow and end builds, and read their logs.',
      };
}

/** Whether the portal may do more than it needs. */
export function checkExcess(rights: Rights | undefined): Finding {
  const check = 'excess-rights';
  if (!rights) return unread(check, 'silent', 'ask what it may do');
  const { tooMany } = rights;
  return tooMany.length > 0
    ? {
        check,
        status: 'warning',
        message: `The portal may ${describe(
          tooMany,
        )} there, which it has no need of.`,
        hint: 'Bind its account to the role of the portal in deploy/kubernetes, and to no other.',
      }
    : {
        check,
        status: 'ready',
        message:
          'The portal may not read Secrets there, nor create pods, go into them or grant rights.',
      };
}

function isGranted(rules: ResourceRule[], right: Right): boolean {
  const [, subresource] = right.resource.split('/');
  return rules.some(
    ({ verbs, apiGroups = [], resources = [], resourceNames = [] }) =>
      resourceNames.length === 0 &&
      matches(verbs, right.verb) &&
      matches(apiGroups, right.group) &&
      (matches(resources, right.resource) ||
        (subresource !== undefined && resources.includes(`*/${subresource}`))),
  );
}

function matches(granted: string[], wanted: string): boolean {
  return granted.includes('*') || granted.includes(wanted);
}

function each(need: (typeof NEEDED)[number]): Right[] {
  const { group, resource } = need;
  return need.verbs.map(verb => ({ group, resource, verb }));
}

/** Such as "create, get pipelineruns.tekton.dev; watch pods". */
function describe(rights: Right[]): string {
  const byResource = new Map<string, string[]>();
  for (const { group, resource, verb } of rights) {
    const name = group ? `${resource}.${group}` : resource;
    byResource.set(name, [...(byResource.get(name) ?? []), verb]);
  }
  return [...byResource]
    .map(([name, verbs]) => `${verbs.join(', ')} ${name}`)
    .join('; ');
}
