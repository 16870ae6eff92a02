import {
  KubernetesClient,
  KubernetesList,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { RUN_LABELS } from '../../templates';
import { PipelineRunObject, isDone, reducePipelineRun } from './tektonObjects';

/** Is set on a run once all that it has left is stored; before that nobody may remove it. */
export const COLLECTED_ANNOTATION = 'image-factory.io/collected-at';
const PAGE = 200;

/** Marks a run as collected. */
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
  const { client, namespace, instance, before, signal } = options;
  const path = objectPath(TEKTON_API, namespace, 'pipelineruns');
  let removed = 0;
  let next: string | undefined;
  do {
    const page: KubernetesList<PipelineRunObject> = await client.get(
      path,
      signal,
      {
        labelSelector: `${RUN_LABELS.instance}=${instance}`,
        limit: PAGE,
        continue: next,
      },
    );
    for (const run of page.items) {
      if (!isToBeRemoved(run, before)) continue;
      try {
        await client.delete(`${path}/${run.metadata.name}`, signal);
        removed += 1;
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    }
    next = page.metadata.continue || undefined;
  } while (next !== undefined && !signal.aborted);
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
