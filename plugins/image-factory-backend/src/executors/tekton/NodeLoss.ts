import {
  CORE_API,
  KubernetesClient,
  KubernetesError,
  KubernetesList,
  KubernetesObject,
  objectPath,
} from '../../clusters';
import { Condition, PodState } from './tektonObjects';

const ASKED_EVERY_MS = 5_000;
/** A kubelet that lives ends a pod by force once its grace is over, which is 30 s. */
const STUCK_AFTER_MS = 150_000;

type NodeObject = KubernetesObject & {
  status?: { conditions?: Condition[] };
};

/** A node that a run was lost with. */
export type LostNode = {
  node: string;
  /** What a reader is told of it. */
  message: string;
};

/**
 * Notices that a run stands on a node that is lost. Kubernetes has such a pod
 * deleted, and nobody is there to end it: it stays for as long as the node does
 * not come back, and Tekton waits with it, since it can make no other of its name.
 */
export class NodeLoss {
  readonly #options: {
    client: KubernetesClient;
    /** Milliseconds of a clock that nobody can set: that of the cluster may be another. */
    steady(): number;
  };
  /** Since when each pod is seen to be deleted. */
  readonly #since = new Map<string, number>();
  #askedAt = -Infinity;

  constructor(options: { client: KubernetesClient; steady(): number }) {
    this.#options = options;
  }

  /** @returns the first that is lost of the nodes that these pods are on, or undefined where none is */
  async find(
    pods: PodState[],
    signal: AbortSignal,
  ): Promise<LostNode | undefined> {
    const now = this.#options.steady();
    const toEnd = pods.filter(isToEnd);
    if (toEnd.length === 0) return undefined;
    for (const { uid } of toEnd) {
      if (!this.#since.has(uid)) this.#since.set(uid, now);
    }
    if (now - this.#askedAt < ASKED_EVERY_MS) return undefined;
    this.#askedAt = now;
    for (const { name, uid, node } of toEnd) {
      if (!node) continue;
      const loss = await this.#lossOf(node, signal);
      if (loss) {
        const message = `The node ${node}, which ran the build, is lost: ${loss}`;
        return { node, message };
      }
      if (now - this.#since.get(uid)! > STUCK_AFTER_MS) {
        return {
          node,
          message: `The node ${node}, which ran the build, does not end its pod ${name}, which was deleted.`,
        };
      }
    }
    return undefined;
  }

  async #lossOf(
    name: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    let nodes: KubernetesList<NodeObject>;
    try {
      // A list and not a get: the portal may do no more.
      nodes = await this.#options.client.get(
        objectPath(CORE_API, undefined, 'nodes'),
        signal,
        { fieldSelector: `metadata.name=${name}` },
      );
    } catch (error) {
      if (signal.aborted || !(error instanceof KubernetesError)) throw error;
      return undefined;
    }
    const [node] = nodes.items;
    if (!node) return 'it is no longer in the cluster.';
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    if (!ready || ready.status === 'True') return undefined;
    const { reason = 'not ready', message, lastTransitionTime } = ready;
    return `${reason}${
      lastTransitionTime ? ` since ${lastTransitionTime}` : ''
    }${message ? `, ${message}` : '.'}`;
  }
}

/** Whether a pod of a build is deleted, and something in it has not told that it has ended. */
function isToEnd({ taskRun, isBeingDeleted, containers }: PodState): boolean {
  return (
    // Tekton has others beside them, which hold a volume's place.
    taskRun !== undefined &&
    isBeingDeleted &&
    !(
      containers.length > 0 &&
      containers.every(({ state }) => state?.terminated)
    )
  );
}
