import {
  KubernetesClient,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { COLLECTED_LABEL } from '../../templates';
import { COLLECTED_ANNOTATION, pagesOfRuns } from './listRuns';
import { PipelineRunObject, isDone, reducePipelineRun } from './tektonObjects';

/** Marks a run as collected. All of our runs have labels and annotations. */
export async function markCollected(options: {
  client: KubernetesClient;
  run: { name: string; namespace: string };
  at: Date;
  signal: AbortSignal;
}): Promise<void> {
  const { client, run, at, signal } = options;
  await client.patch(
    objectPath(TEKTON_API, run.namespace, 'pipelineruns', run.name),
    [
      {
        op: 'add',
        path: `/metadata/annotations/${toPointer(COLLECTED_ANNOTATION)}`,
        value: at.toISOString(),
      },
      // By this it is left out of what is listed each minute.
      {
        op: 'add',
        path: `/metadata/labels/${toPointer(COLLECTED_LABEL)}`,
        value: 'true',
      },
    ],
    signal,
  );
}

/**
 * Removes the runs of a portal in a namespace that were collected some while
 * ago, with their pods: Tekton's controller slows down with thousands of them.
 *
 * @returns how many
 */
export async function removeFinishedRuns(options: {
  client: KubernetesClient;
  namespace: string;
  instance: string;
  /** Runs that were collected before are removed. */
  before: Date;
  signal: AbortSignal;
}): Promise<number> {
  const { client, namespace, before, signal } = options;
  const path = objectPath(TEKTON_API, namespace, 'pipelineruns');
  let removed = 0;
  // Among the others are those that were marked before there was the label.
  for (const collected of [true, false]) {
    for await (const runs of pagesOfRuns({ ...options, collected })) {
      for (const run of runs) {
        if (!isToBeRemoved(run, before)) continue;
        try {
          await client.delete(`${path}/${run.metadata.name}`, signal);
          removed += 1;
        } catch (error) {
          if (!hasStatus(error, 404)) throw error;
        }
      }
    }
  }
  return removed;
}

function isToBeRemoved(run: PipelineRunObject, before: Date): boolean {
  const collected = run.metadata.annotations?.[COLLECTED_ANNOTATION];
  return (
    isDone(reducePipelineRun(run)) &&
    collected !== undefined &&
    Date.parse(collected) < before.getTime()
  );
}

/** A part of a JSON pointer. */
function toPointer(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}
