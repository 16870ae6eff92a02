import { PipelineRunState, RunResult, TaskRunState } from './tektonObjects';

/** The image that a run has pushed, by what its pipeline says. */
export type PushedImage = {
  repository: string;
  /** Of the image, or of the index where it is for several platforms. */
  digest: string;
  /** Of what single tasks of the run have pushed, as of the images that an index is made of. */
  parts?: string[];
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** A container has room for no more when it ends. */
const MAX_REFERRERS = 20;

/** Results are what a container has written: they are taken for what they should be only where they are. */
export function pushedImage(
  { results }: PipelineRunState,
  taskRuns: TaskRunState[] = [],
): PushedImage | undefined {
  const repository = textOf(results, 'IMAGE_URL');
  const digest = textOf(results, 'IMAGE_DIGEST');
  if (!repository || !digest || !DIGEST.test(digest)) return undefined;
  const parts = taskRuns.flatMap(taskRun => {
    const part = textOf(taskRun.results, 'IMAGE_DIGEST');
    return part && part !== digest && DIGEST.test(part) ? [part] : [];
  });
  return { repository, digest, ...(parts.length > 0 ? { parts } : {}) };
}

/**
 * The digests of what a run has put beside its image. Of one that has failed
 * Tekton tells no results, and its TaskRun does.
 */
export function pushedReferrers(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
): string[] {
  const told = [
    run.results,
    ...taskRuns.flatMap(({ results, steps }) => [
      results,
      ...steps.map(step => step.results ?? []),
    ]),
  ];
  const digests = told.flatMap(
    results => textOf(results, 'REFERRER_DIGESTS')?.split(/\s+/) ?? [],
  );
  return [...new Set(digests.filter(digest => DIGEST.test(digest)))].slice(
    0,
    MAX_REFERRERS,
  );
}

function textOf(results: RunResult[], name: string): string | undefined {
  const found = results.find(result => result.name === name)?.value;
  return typeof found === 'string' ? found.trim() : undefined;
}
