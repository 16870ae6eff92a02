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
    await this.#kubectl([
      'exec',
      metadata.name,
      `--container=step-${step}`,
      '--',
      'touch',
      GO_ON,
    ]);
  }

  /** With the grace that each pod gets. */
  async delete(pod: Pod): Promise<void> {
    await this.#kubectl(['delete', 'pod', '--wait=false', pod.metadata.name]);
  }

  /** From one moment to the next, as for a pod whose node is known to be dead. */
  async deleteByForce(pod: Pod): Promise<void> {
    await this.#kubectl([
      'delete',
      'pod',
      '--force',
      '--grace-period=0',
      pod.metadata.name,
    ]);
  }

  /** By the Eviction API, as whoever drains a node. */
  async evict({ metadata: { name } }: Pod): Promise<void> {
    const namespace = this.#namespace;
    await this.#cluster.kubectl.run(
      [
        'create',
        '--filename=-',
        `--raw=/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
      ],
      {
        input: JSON.stringify({
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace },
        }),
      },
    );
  }

  async #kubectl(args: string[]): Promise<void> {
    await this.#cluster.kubectl.run([
      `--namespace=${this.#namespace}`,
      ...args,
    ]);
  }
}
