import { readFile } from 'node:fs/promises';
import { DISPATCHER } from './access/dispatcher';
import { Kubectl } from './access/Kubectl';
import { signServiceAccountToken } from './access/serviceAccountToken';
import { ClusterDescription, LocalServices } from './ClusterDescription';
import { prepareKwok } from './commands/prepare';
import { readState } from './local/ClusterState';
import { TOKEN_ISSUER } from './local/controlPlane';
import { PlayedPods, startKwok, stopKwok } from './local/kwok';
import { LocalCluster } from './local/LocalCluster';
import { NodeName } from './local/nodes';
import { cutNode, killNode } from './local/stopNode';
import { ClusterFolder } from './machine/ClusterFolder';
import { ensureRunning, findPid, stopDaemon } from './machine/Daemon';
import { DEFAULT_FOLDER } from './parseArguments';
import { Problem } from './Problem';
import { buildPrograms } from './programs/buildPrograms';
import { KUBERNETES } from './programs/programSets';

/**
 * The cluster that `npm run cluster -- up` has brought up, for tests: what it
 * has, kubectl, and ways to break it. Only a cluster of this machine's own can
 * be broken.
 */
export class Cluster {
  readonly description: ClusterDescription;
  /** As an administrator. */
  readonly kubectl: Kubectl;
  readonly #folder: ClusterFolder;

  /** Reads what `up` has written; an error says so where it has not. */
  static async open(directory = DEFAULT_FOLDER): Promise<Cluster> {
    const folder = ClusterFolder.create(directory);
    const description = await folder.readJson<ClusterDescription>(
      folder.description,
    );
    if (!description) {
      throw new Problem(
        `There is no cluster in ${folder.path}`,
        'run `npm run cluster -- up`',
      );
    }
    return new Cluster(folder, description);
  }

  private constructor(folder: ClusterFolder, description: ClusterDescription) {
    this.#folder = folder;
    this.description = description;
    this.kubectl = Kubectl.create({
      program: description.programs.kubectl,
      kubeconfig: description.kubeconfig,
    });
  }

  /** Registry, git server and images. */
  get local(): LocalServices {
    if (!this.description.local) throw this.#notOurs();
    return this.description.local;
  }

  /** kubectl as the account that the portal has. */
  get dispatcherKubectl(): Kubectl {
    const { dispatcherKubeconfig, programs } = this.description;
    if (!dispatcherKubeconfig) {
      throw new Problem(
        'The cluster lacks the account of the portal',
        'run `kubectl apply -k deploy/kubernetes/dispatcher`, then `npm run cluster -- up` again',
      );
    }
    return Kubectl.create({
      program: programs.kubectl,
      kubeconfig: dispatcherKubeconfig,
    });
  }

  /** Ends a node as a loss of power does: its programs and all of its containers, at once. */
  async killNode(name: NodeName): Promise<void> {
    const { state } = await this.#ours();
    await killNode(this.#folder, state.network.bridge, name);
  }

  /** Ends a node's programs alone, as a loss of its network looks from outside: its containers run on. */
  async cutNode(name: NodeName): Promise<void> {
    await this.#ours();
    await cutNode(this.#folder, name);
  }

  /** Starts a node that was killed or cut, and waits until it is ready. */
  async startNode(name: NodeName): Promise<void> {
    await (await this.#ours()).startNode(name);
  }

  async stopApiServer(): Promise<void> {
    await this.#ours();
    await stopDaemon(this.#folder, 'kube-apiserver', 'SIGKILL');
  }

  /** Starts the API server and waits until it answers. */
  async startApiServer(): Promise<void> {
    const { controlPlane } = await this.#ours();
    await ensureRunning(this.#folder, controlPlane.daemons.apiServer);
  }

  /** Plays nodes beside the real ones, by kwok, for pods that ask for them: see `KWOK_PLACEMENT`. */
  async playNodes(count: number, pods: PlayedPods = {}): Promise<void> {
    const ours = await this.#ours();
    if ((await findPid(this.#folder, 'kwok')) !== undefined) {
      throw new Problem(
        'kwok plays nodes already',
        'run `npm run cluster -- down` and `up` without --kwok',
      );
    }
    await startKwok(ours, await prepareKwok(), count, pods);
  }

  /** Removes the nodes that are played. */
  async removePlayedNodes(): Promise<void> {
    await this.#ours();
    await stopKwok(this.#folder, this.kubectl);
  }

  /** A token of the portal's account that the API server refuses after so many seconds, give or take the ten for which it remembers one. */
  async signShortToken(acceptedForSeconds: number): Promise<string> {
    await this.#ours();
    const { namespace, name } = DISPATCHER;
    const account = await this.kubectl.get<{ metadata: { uid: string } }>(
      `--namespace=${namespace}`,
      'serviceaccount',
      name,
    );
    return signServiceAccountToken({
      account: { namespace, name, uid: account.metadata.uid },
      privateKey: await readFile(this.#folder.of('pki', 'tokens.key'), 'utf8'),
      issuer: TOKEN_ISSUER,
      acceptedForSeconds,
      now: new Date(),
    });
  }

  async #ours(): Promise<LocalCluster> {
    const state = await readState(this.#folder);
    if (this.description.origin !== 'local' || !state) throw this.#notOurs();
    return LocalCluster.prepare(
      this.#folder,
      state,
      await buildPrograms(KUBERNETES),
    );
  }

  #notOurs(): Problem {
    return new Problem(
      "This needs a cluster of this machine's own, and the one that is up is another",
      'unset KUBECONFIG and run `npm run cluster -- down` and `up`',
    );
  }
}
