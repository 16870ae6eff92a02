import { Cluster } from '../../cluster/Cluster';

type Pod = {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: { phase: string };
};

/** The file in a step's container that {@link WAITS_TO_GO_ON} waits for. */
const GO_ON = '/tmp/go-on';

/** Has a step wait until {@link RunPods.letGoOn}. */
export const WAITS_TO_GO_ON = `until [ -e ${GO_ON} ]; do sleep 0.2; done`;

/** The pods of one namespace's runs, as an administrator sees and treats them. */
export class RunPods {
  readonly #cluster: Cluster;
  readonly #namespace: string;

  constructor(options: { cluster: Cluster; namespace: string }) {
    this.#cluster = options.cluster;
    this.#namespace = options.namespace;
  }

  async of(run: string): Promise<Pod[]> {
    const { items } = await this.#cluster.kubectl.get<{ items: Pod[] }>(
      'pods',
      `--namespace=${this.#namespace}`,
      `--selector=tekton.dev/pipelineRun=${run}`,
    );
    return items;
  }

  /** The one that is not about to go. */
  async liveOf(run: string): Promise<Pod> {
    const pods = await this.of(run);
    const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (live.length !== 1) {
      throw new Error(`${run} has ${live.length} live pods, and not one`);
    }
    return live[0];
  }

  async letGoOn(run: string, step: string): Promise<void> {
    const { metadata } = await this.liveOf(run);
    await this.#cluster.kubectl.run([
      'exec',
      `--namespace=${this.#namespace}`,
      metadata.name,
      `--container=step-${step}`,
      '--',
      'touch',
      GO_ON,
    ]);
  }

  async delete(pod: Pod): Promise<void> {
    await this.#cluster.kubectl.run([
      'delete',
      'pod',
      `--namespace=${this.#namespace}`,
      '--wait=false',
      pod.metadata.name,
    ]);
  }
}
