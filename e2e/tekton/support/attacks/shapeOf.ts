import { LiveContainer, LiveObject } from './liveObjects';

/** What Tekton writes on an object some while after it was created. */
const COMES_LATER = [
  'tekton.dev/ready',
  'tekton.dev/pipeline',
  'pipeline.tekton.dev/release',
];

/** What Tekton and the portal make up for one run. */
const MADE_UP = [
  /[a-z]+-[0-9a-f]{32}-\d+/g,
  /script-\d+-[a-z0-9]{5}/g,
  /ws-[0-9a-f]{5}/g,
];

const REDUCED: Record<string, (each: object) => object> = {
  params: ({ value: _, ...rest }: { value?: unknown }) => rest,
  containers: withoutValues,
  initContainers: withoutValues,
};

/**
 * What an object is apart from its names and the values of the build: two builds
 * by the same template have the same. Values are left out where values may be,
 * in parameters, variables and arguments, and nowhere else.
 */
export function shapeOf({ kind, metadata, ...rest }: LiveObject): unknown {
  const { labels, annotations } = metadata;
  const spec = { ...(rest as { spec: Record<string, unknown> }).spec };
  delete spec.nodeName;
  for (const [field, reduce] of Object.entries(REDUCED)) {
    const list = spec[field] as object[] | undefined;
    if (list) spec[field] = list.map(reduce);
  }
  const taskSpec = spec.taskSpec as { steps: WrittenStep[] } | undefined;
  if (taskSpec) {
    spec.taskSpec = { ...taskSpec, steps: taskSpec.steps.map(withoutFilledIn) };
  }
  const shape = {
    kind,
    labels: Object.keys(labels)
      .filter(name => !COMES_LATER.includes(name))
      .sort(),
    annotations: Object.keys(annotations)
      .filter(name => !COMES_LATER.includes(name))
      .sort(),
    spec,
  };
  const text = MADE_UP.reduce(
    (written, name) => written.replace(name, 'made-up'),
    JSON.stringify(shape),
  );
  return JSON.parse(text);
}

type WrittenStep = Pick<Partial<LiveContainer>, 'env' | 'args'>;

/** Tekton fills the values of a build in where a step of a TaskRun names its parameters. */
function withoutFilledIn({ env, args: _, ...rest }: WrittenStep): object {
  return { ...rest, env: env?.map(({ value: __, ...each }) => each) };
}

/** Tekton puts the arguments of a step behind its own. */
function withoutValues({ env, args, ...rest }: Partial<LiveContainer>): object {
  const end = args?.indexOf('--') ?? -1;
  return {
    ...rest,
    env: env?.map(({ value: _, ...each }) => each),
    args: end < 0 ? args : args?.slice(0, end),
  };
}
