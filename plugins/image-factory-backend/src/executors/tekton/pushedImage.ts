import { PipelineRunState, RunResult, TaskRunState } from './tektonObjects';

/** The image that a run has pushed, by what its pipeline says. */
export type PushedImage = { repository: string; digest: string };

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** A container has room for no more when it ends. */
const MAX_REFERRERS = 20;

/** Results are what a container has written: they are taken for what they should be only where they are. */
export function pushedImage({
  results,
}: PipelineRunState): PushedImage | undefined {
  const repository = textOf(results, 'IMAGE_URL');
  const digest = textOf(results, 'IMAGE_DIGEST');
  return repository && digest && DIGEST.test(digest)
    ? { repository, digest }
    : undefined;
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
