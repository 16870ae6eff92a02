import { coerce, lt } from 'semver';
import { ClusterSettings } from '../../../clusters';
import { OLDEST_TEKTON } from '../ClusterHealth';
import { Read } from './ClusterReader';
import { Finding, unread } from './Finding';

/** What Tekton needs from the oldest version on that is supported. */
const OLDEST_KUBERNETES = 'v1.28.0';
/** From here on a step can say that it is under no AppArmor profile, as that of buildx does. */
const OLDEST_FOR_RELAXED = 'v1.30.0';

/** Whether the version of Kubernetes is one that builds can run on. */
export function checkKubernetes(version: string, hasRelaxed: boolean): Finding {
  const check = 'api';
  if (isOlder(version, OLDEST_KUBERNETES)) {
    return {
      check,
      status: 'warning',
      message: `The API server answers, but Kubernetes ${version} is older than ${OLDEST_KUBERNETES}, which Tekton needs.`,
      hint: 'Upgrade the cluster.',
    };
  }
  if (hasRelaxed && isOlder(version, OLDEST_FOR_RELAXED)) {
    return {
      check,
      status: 'warning',
      message: `The API server answers, but Kubernetes ${version} is older than ${OLDEST_FOR_RELAXED}, which the method buildx needs.`,
      hint: 'Upgrade the cluster, or take relaxedNamespace out of its configuration.',
    };
  }
  return {
    check,
    status: 'ready',
    message: `The API server answers, with Kubernetes ${version}.`,
  };
}

/** Whether Tekton is there, in a version that is supported. */
export function checkTekton(
  api: Read<unknown>,
  version: string | undefined,
): Finding {
  const check = 'tekton';
  if ('unread' in api && api.unread === 'absent') {
    return {
      check,
      status: 'missing',
      blocks: true,
      message:
        'Tekton Pipelines is not there: the API server does not know tekton.dev/v1.',
      hint: `Install Tekton Pipelines, ${OLDEST_TEKTON} or later.`,
    };
  }
  if (version === undefined) {
    return {
      check,
      status: 'unknown',
      message: `The version of Tekton Pipelines cannot be read, so ${OLDEST_TEKTON} is assumed.`,
      hint: 'Let the portal get the ConfigMap pipelines-info in the namespace tekton-pipelines: apply the roles of the portal in deploy/kubernetes again.',
    };
  }
  if (!coerce(version)) {
    return {
      check,
      status: 'unknown',
      message: `Tekton Pipelines says that its version is "${version}", which is none.`,
      hint: 'Write its version into the ConfigMap pipelines-info in the namespace tekton-pipelines.',
    };
  }
  if (isOlder(version, OLDEST_TEKTON)) {
    return {
      check,
      status: 'missing',
      blocks: true,
      message: `Tekton Pipelines ${version} is older than ${OLDEST_TEKTON}, the oldest that is supported.`,
      hint: 'Upgrade Tekton Pipelines.',
    };
  }
  return {
    check,
    status: 'ready',
    message: `Tekton Pipelines ${version} is there.`,
  };
}

/** Whether the settings of Tekton let the runs of pipeline templates be. */
export function checkFeatureFlags(
  flags: Read<{ data?: Record<string, string> }>,
): Finding {
  const check = 'feature-flags';
  if ('unread' in flags && flags.unread !== 'absent') {
    return unread(
      check,
      flags.unread,
      'get the ConfigMap feature-flags in the namespace tekton-pipelines',
    );
  }
  // Without the ConfigMap, Tekton's defaults hold.
  const { data = {} } = 'value' in flags ? flags.value : {};
  const disabled = (data['disable-inline-spec'] ?? '')
    .split(',')
    .map(word => word.trim());
  if (['pipelinerun', 'pipeline', 'taskrun'].some(w => disabled.includes(w))) {
    return {
      check,
      status: 'missing',
      blocks: true,
      message: `Tekton refuses runs that bring their pipeline along, as all builds do: disable-inline-spec is "${data['disable-inline-spec']}".`,
      hint: 'Empty disable-inline-spec in the ConfigMap feature-flags of the namespace tekton-pipelines.',
    };
  }
  if (data['enable-api-fields'] === 'stable') {
    return {
      check,
      status: 'missing',
      blocks: true,
      message:
        'Tekton refuses workspaces of single steps, by which pipeline templates keep logins apart: enable-api-fields is "stable".',
      hint: 'Set enable-api-fields to "beta", its default, in the ConfigMap feature-flags of the namespace tekton-pipelines.',
    };
  }
  const results = data['results-from'] ?? 'termination-message';
  const coschedule = (data.coschedule ?? 'workspaces').toLowerCase();
  // Neither must hide the other.
  const warnings = [
    ...(results === 'termination-message'
      ? []
      : [
          {
            message: `Tekton takes results from "${results}", which adds a container to each pod and was not tried.`,
            hint: 'Set results-from to "termination-message", its default, in the ConfigMap feature-flags of the namespace tekton-pipelines.',
          },
        ]),
    ...(coschedule === 'workspaces'
      ? []
      : [
          {
            message: `${effectOf(coschedule)}: coschedule is "${coschedule}".`,
            hint: 'Set coschedule to "workspaces", its default, in the ConfigMap feature-flags of the namespace tekton-pipelines.',
          },
        ]),
  ];
  if (warnings.length > 0) {
    return {
      check,
      status: 'warning',
      message: warnings.map(({ message }) => message).join(' '),
      hint: warnings.map(({ hint }) => hint).join(' '),
    };
  }
  return {
    check,
    status: 'ready',
    message: 'The settings of Tekton suit the pipeline templates.',
  };
}

const ON_ONE_NODE =
  'Tekton ties all pods of a run to one node, so that those of a build with platform-strategy native get none where they are for another platform than that node, and the build ends once they have waited for pendingTimeout';

/** What Tekton does otherwise than by default. From the oldest version on that is supported, no other flag has a say in it. */
function effectOf(coschedule: string): string {
  switch (coschedule) {
    case 'pipelineruns':
      return ON_ONE_NODE;
    case 'isolate-pipelinerun':
      return `${ON_ONE_NODE}. It lets one run at a time onto a node as well, so that builds of every kind wait for a node without one`;
    case 'disabled':
      return 'Tekton does not keep the pods of a run together, so that those of a build by a template with layout: tasks may get different nodes, and wait for a volume that only one node can have at a time';
    default:
      return 'Tekton places the pods of a run in a way that was not tried, which concerns builds with platform-strategy native and by templates with layout: tasks';
  }
}

/** Whether the images of steps are those that they were when somebody looked at them. */
export function checkStepImages(images: Record<string, string>): Finding {
  const check = 'step-images';
  const names = Object.keys(images);
  if (names.length === 0) {
    return {
      check,
      status: 'missing',
      message: 'No step images are configured, so no method can run.',
      hint: 'Name them under imageFactory.executors.kubernetes.stepImages, by digest.',
    };
  }
  const byTag = names.filter(
    name => !/@sha256:[0-9a-f]{64}$/.test(images[name]),
  );
  if (byTag.length > 0) {
    return {
      check,
      status: 'warning',
      message: `Not pinned by digest, so that they may change from build to build: ${byTag
        .map(name => `${name} (${images[name]})`)
        .join(', ')}.`,
      hint: 'Write them as name@sha256:… under imageFactory.executors.kubernetes.stepImages.',
    };
  }
  return {
    check,
    status: 'ready',
    message: `Pinned by digest: ${names.join(', ')}.`,
  };
}

/** Whether builds can log in where layers are cached; nothing where they are not. */
export function checkLayerCacheLogin({
  layerCache,
  pullSecret,
}: Pick<ClusterSettings, 'layerCache' | 'pullSecret'>): Finding[] {
  const check = 'layer-cache';
  if (layerCache === undefined) return [];
  return pullSecret === undefined
    ? [
        {
          check,
          status: 'warning',
          message: `Layers are cached in ${layerCache}, and builds have no login for it: a registry that asks for one caches nothing.`,
          hint: 'Name a Secret as pullSecret of the cluster, which may pull and push there and push nowhere else.',
        },
      ]
    : [
        {
          check,
          status: 'ready',
          message: `Layers are cached in ${layerCache}, with the login of ${pullSecret}.`,
        },
      ];
}

/** False for a version that is none. */
function isOlder(version: string, than: string): boolean {
  const parsed = coerce(version);
  return parsed !== null && lt(parsed, coerce(than)!);
}
