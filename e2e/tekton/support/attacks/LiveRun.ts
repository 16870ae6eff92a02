import { setTimeout as delay } from 'node:timers/promises';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../../../cluster/Cluster';
import { LiveObject, LivePod, LiveRunObject } from './liveObjects';

const THERE_WITHIN_MS = 60_000;

/** All that the cluster has of a build, wherever in it. */
export class LiveRun {
  readonly runs: LiveRunObject[];
  readonly taskRuns: LiveRunObject[];
  readonly pods: LivePod[];

  /** Waits for the pod. */
  static async of(cluster: Cluster, build: Build): Promise<LiveRun> {
    const until = Date.now() + THERE_WITHIN_MS;
    for (;;) {
      const found = await findObjects(cluster, {
        'image-factory.io/build': build.id,
      });
      const pods = found.filter(({ kind }) => kind === 'Pod');
      if (pods.length > 0) return new LiveRun(found);
      if (Date.now() > until) {
        throw new Error(
          `The cluster has no pod of build ${build.id}, only ${JSON.stringify(
            found.map(({ kind, metadata }) => [kind, metadata.name]),
          )}`,
        );
      }
      await delay(250);
    }
  }

  private constructor(found: LiveObject[]) {
    const ofKind = (wanted: string) =>
      found.filter(({ kind }) => kind === wanted);
    this.runs = ofKind('PipelineRun') as LiveRunObject[];
    this.taskRuns = ofKind('TaskRun') as LiveRunObject[];
    this.pods = ofKind('Pod') as LivePod[];
  }
}

/** Of all namespaces, so that nothing in another one is missed. */
export async function findObjects(
  cluster: Cluster,
  labels: Record<string, string>,
): Promise<LiveObject[]> {
  const selector = Object.entries(labels).map(
    ([name, value]) => `${name}=${value}`,
  );
  const { items } = await cluster.kubectl.get<{ items: LiveObject[] }>(
    'pipelineruns,taskruns,pods',
    '--all-namespaces',
    `--selector=${selector}`,
  );
  return items;
}
