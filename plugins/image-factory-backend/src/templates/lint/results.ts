import { Finding, LintRule, stepsOf, tasksOf } from './LintRule';

const OF_SOURCE = ['CHAINS-GIT_URL', 'CHAINS-GIT_COMMIT'];
const OF_IMAGE = ['IMAGE_URL', 'IMAGE_DIGEST'];
/** What builds have that make something else than an image. */
const OF_ARTIFACT = /ARTIFACT_(?:OUTPUTS|URI)$/;

/** The kubelet gives the containers of a pod this much together for what they say when they end. */
const POD_BYTES = 12 * 1024;
/** And each no more than this. */
const CONTAINER_BYTES = 4096;
/** Of JSON around a result, and of what Tekton tells of the step itself. */
const ENTRY_BYTES = 32;
const STEP_BYTES = 160;
const OTHER_BYTES = 512;
const DIGEST_BYTES = 71;
/** Of the longest name of a registry and repository that a build may have. */
const IMAGE_BYTES = 255;
/** An SBOM and a report of the scan for each of five platforms. */
const REFERRERS = 10;
/** Of the longest value that a result can have. */
const VALUE_BYTES: Record<string, number> = {
  IMAGE_URL: IMAGE_BYTES,
  IMAGE_DIGEST: DIGEST_BYTES,
  'CHAINS-GIT_URL': 1024,
  'CHAINS-GIT_COMMIT': 64,
  SBOM_BLOB_URL: IMAGE_BYTES + 1 + DIGEST_BYTES,
  REFERRER_DIGESTS: REFERRERS * (DIGEST_BYTES + 1),
  SCAN_OUTPUT: OTHER_BYTES,
};

/** What the portal and Tekton Chains read at the end is declared, and fits. */
export const results: LintRule = template => [
  ...findMissing(template),
  ...findUnmapped(template),
  ...findOverflow(template),
];

function findMissing({ pipeline }: Parameters<LintRule>[0]): Finding[] {
  const declared = (pipeline.spec.results ?? []).map(({ name }) => name);
  const needed = [
    ...(declared.some(name => OF_ARTIFACT.test(name)) ? [] : OF_IMAGE),
    ...OF_SOURCE,
  ];
  return needed
    .filter(name => !declared.includes(name))
    .map(name => ({
      path: ['spec', 'results'],
      message: `The pipeline has no result ${name}, by which the portal and Tekton Chains know what was built of what. Declare it, with the value $(tasks.<task>.results.${name}).`,
    }));
}

function findUnmapped(template: Parameters<LintRule>[0]): Finding[] {
  return tasksOf(template).flatMap(({ task, path }) =>
    (task.taskSpec.results ?? []).flatMap(({ name, value }, index) =>
      value
        ? []
        : [
            {
              path: [...path, 'taskSpec', 'results', index],
              message: `The result ${name} of a task without a value is said again by every later step, and room for results is short. Let a step declare it, and set value to $(steps.<step>.results.${name}).`,
            },
          ],
    ),
  );
}

function findOverflow(template: Parameters<LintRule>[0]): Finding[] {
  return stepsOf(template).flatMap(({ step, path, taskSpec }) => {
    // Tekton adds one container that prepares, one for scripts and one for folders.
    const containers =
      taskSpec.steps.length +
      1 +
      (taskSpec.steps.some(({ script }) => script) ? 1 : 0) +
      (taskSpec.steps.some(({ workingDir }) => workingDir) ? 1 : 0);
    const room = Math.min(CONTAINER_BYTES, Math.floor(POD_BYTES / containers));
    const needed = (step.results ?? []).reduce(
      (sum, { name }) =>
        sum + name.length + ENTRY_BYTES + (VALUE_BYTES[name] ?? OTHER_BYTES),
      STEP_BYTES,
    );
    return needed <= room
      ? []
      : [
          {
            path: [...path, 'results'],
            message: `The results of the step "${step.name}" may take ${needed} bytes, and in a pod of ${containers} containers each has ${room}. Declare fewer, or write to the registry what is long and return its reference.`,
          },
        ];
  });
}
