import {
  KubernetesObject,
  TEKTON_API,
  objectPath,
} from '../../plugins/image-factory-backend/src/clusters';
import { NAMESPACE, PlayedCluster } from './PlayedCluster';
import { SeenRun } from './RunWatch';

const PREFIX = 'bare-';

/** A PipelineRun, as far as it is copied here. */
export type PipelineRunCopy = KubernetesObject & { spec?: object };

/** Creates copies of a PipelineRun, no more than so many live at once, with nothing around but a loop, and waits for the end of all. */
export async function bareRuns(
  played: PlayedCluster,
  options: { original: PipelineRunCopy; count: number; mostLive: number },
): Promise<SeenRun[]> {
  const { original, count, mostLive } = options;
  const { client, runs } = played;
  const { apiVersion, kind, spec, metadata } = original;
  const path = objectPath(TEKTON_API, NAMESPACE, 'pipelineruns');
  const { signal } = new AbortController();
  const mine = () => runs.seen.filter(({ name }) => name.startsWith(PREFIX));
  const done = () => mine().filter(({ doneAt }) => doneAt !== undefined).length;
  for (let number = 0; number < count; number += 1) {
    await runs.until(() => number - done() < mostLive);
    await client.create<PipelineRunCopy>(
      path,
      {
        apiVersion,
        kind,
        metadata: {
          name: `${PREFIX}${number}`,
          namespace: NAMESPACE,
          // No portal is to take them for its own.
          labels: { 'image-factory.io/benchmark': 'bare' },
          annotations: metadata.annotations,
        },
        spec,
      },
      signal,
      { fieldValidation: 'Strict' },
    );
  }
  await runs.until(() => done() === count);
  return mine();
}

/** Removes them with all that belongs to them. */
export async function removeBareRuns({
  cluster: { kubectl },
}: PlayedCluster): Promise<void> {
  await kubectl.run([
    'delete',
    'pipelineruns',
    `--namespace=${NAMESPACE}`,
    '--selector=image-factory.io/benchmark=bare',
    // With its TaskRuns and pods.
    '--cascade=foreground',
    '--timeout=300s',
  ]);
}
