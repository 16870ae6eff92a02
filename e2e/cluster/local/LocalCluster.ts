import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../access/Kubectl';
import { makeCgroup, nodeCgroup } from '../machine/cgroups';
import { ClusterFolder } from '../machine/ClusterFolder';
import { ensureRunning } from '../machine/Daemon';
import { timed } from '../machine/say';
import { Problem } from '../Problem';
import { BuiltPrograms } from '../programs/buildPrograms';
import { ClusterState } from './ClusterState';
import { ControlPlane, prepareControlPlane } from './controlPlane';
import { GitServer, prepareGitServer } from './gitServer';
import { prepareKubeProxy } from './kubeProxy';
import { makeBridge } from './network';
import { NodeDaemons, prepareNode } from './nodeDaemons';
import { NODES, NodeName } from './nodes';
import { prepareRegistry, Registry } from './registry';

const NODE_READY_MS = 90_000;
const LOOK_EVERY_MS = 300;

/** The programs of a cluster on this machine, each started only where it does not run. */
export class LocalCluster {
  readonly folder: ClusterFolder;
  readonly state: ClusterState;
  readonly registry: Registry;
  readonly git: GitServer;
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly #programs: BuiltPrograms;

  /** Writes what the programs read; nothing is started yet. */
  static async prepare(
    folder: ClusterFolder,
    state: ClusterState,
    programs: BuiltPrograms,
  ): Promise<LocalCluster> {
    return new LocalCluster({
      folder,
      state,
      programs,
      registry: await prepareRegistry(folder, state),
      git: await prepareGitServer(folder, state),
      controlPlane: await prepareControlPlane(folder, state, programs),
    });
  }

  private constructor(options: {
    folder: ClusterFolder;
    state: ClusterState;
    programs: BuiltPrograms;
    registry: Registry;
    git: GitServer;
    controlPlane: ControlPlane;
  }) {
    this.folder = options.folder;
    this.state = options.state;
    this.registry = options.registry;
    this.git = options.git;
    this.controlPlane = options.controlPlane;
    this.#programs = options.programs;
    this.kubectl = Kubectl.create({
      program: options.programs.paths.kubectl,
      kubeconfig: options.folder.adminKubeconfig,
    });
  }

  /** The network, and what pods fetch from. */
  async startServices(): Promise<void> {
    await makeBridge(this.state.network);
    await Promise.all([
      ensureRunning(this.folder, this.registry.daemon),
      ensureRunning(this.folder, this.git.daemon),
    ]);
  }

  async startControlPlane(): Promise<void> {
    const { etcd, apiServer, others } = this.controlPlane.daemons;
    await timed('The control plane answers', async () => {
      await ensureRunning(this.folder, etcd);
      await ensureRunning(this.folder, apiServer);
      await Promise.all(others.map(each => ensureRunning(this.folder, each)));
    });
  }

  /** Starts all nodes, whose sandboxes need an image, and waits until pods can run on them. */
  async startNodes(pauseImage: string): Promise<void> {
    await this.folder.write(this.#pauseFile, pauseImage);
    await timed(
      `The nodes ${NODES.map(({ name }) => name).join(' and ')} are ready`,
      async () => {
        await Promise.all(NODES.map(({ name }) => this.startNode(name)));
        await ensureRunning(
          this.folder,
          await prepareKubeProxy(this.folder, this.state, this.#programs),
        );
      },
    );
  }

  /** Starts one node and waits until it tells that it is ready. */
  async startNode(name: NodeName): Promise<void> {
    const { containerd, kubelet } = await this.#prepareNode(name);
    await makeCgroup(nodeCgroup(this.state.network.bridge, name));
    await ensureRunning(this.folder, containerd);
    const before = new Date();
    const started = await ensureRunning(this.folder, kubelet);
    await this.#waitForNode(name, started ? before : new Date(0));
  }

  async #prepareNode(name: NodeName): Promise<NodeDaemons> {
    return prepareNode(this.folder, this.state, this.#programs, {
      name,
      authority: this.controlPlane.authority,
      server: this.controlPlane.server,
      registryCa: this.registry.caFile,
      pauseImage: await readFile(this.#pauseFile, 'utf8'),
    });
  }

  async #waitForNode(name: NodeName, since: Date): Promise<void> {
    const deadline = performance.now() + NODE_READY_MS;
    let answer = await this.#readNode(name);
    while (!isReadySince(answer.node, since)) {
      if (performance.now() > deadline) {
        throw new Problem(
          `${name} was not ready within ${NODE_READY_MS / 1000} s`,
          `read ${this.folder.log(`${name}-kubelet`)} and ${this.folder.log(
            `${name}-containerd`,
          )}, then run \`npm run cluster -- down\` and \`up\` again`,
          answer.problem,
        );
      }
      await delay(LOOK_EVERY_MS);
      answer = await this.#readNode(name);
    }
  }

  async #readNode(
    name: NodeName,
  ): Promise<{ node?: KubernetesNode; problem?: string }> {
    const { code, stdout, stderr } = await this.kubectl.try([
      'get',
      `node/${name}`,
      '--output=json',
    ]);
    if (code !== 0) return { problem: stderr };
    const node: KubernetesNode = JSON.parse(stdout);
    return { node, problem: readyCondition(node)?.message };
  }

  get #pauseFile(): string {
    return this.folder.of('pause-image');
  }
}

type KubernetesNode = { status: { conditions?: Condition[] } };

type Condition = {
  type: string;
  status: string;
  message?: string;
  lastHeartbeatTime: string;
};

function readyCondition(node: KubernetesNode): Condition | undefined {
  return node.status.conditions?.find(({ type }) => type === 'Ready');
}

/** A node that has died is ready in the books until it is found out: what counts is what it has told since. */
function isReadySince(node: KubernetesNode | undefined, since: Date): boolean {
  const ready = node && readyCondition(node);
  if (ready?.status !== 'True') return false;
  // Kubernetes tells whole seconds.
  const told = new Date(ready.lastHeartbeatTime).getTime() + 999;
  return told >= since.getTime();
}
