import { setTimeout as delay } from 'node:timers/promises';
import {
  KubernetesClient,
  KubernetesObject,
  METRICS_API,
  hasStatus,
  isQuantity,
  objectPath,
  quantityToNumber,
} from '../../clusters';

/** Metrics servers look at each node this often, unless they are told otherwise. */
const LOOK_EVERY_MS = 15_000;
/** Whoever installs one, or grants the right, need not wait long. */
const ASK_AGAIN_MS = 300_000;
const ANSWER_WITHIN_MS = 10_000;

/** What a container takes: a moment's memory in bytes, and cores on average over the last seconds. */
export type ContainerUsage = {
  container: string;
  memoryBytes: number;
  cpuCores: number;
  /** When that memory was, and when the time began that the cores are the average of; in milliseconds since the epoch, by the clock of the node. */
  at: number;
  since: number;
};

/** As the API `metrics.k8s.io` tells it. */
export type PodMetricsObject = KubernetesObject & {
  timestamp?: string;
  /** As Go writes a duration, such as `15.021s`. */
  window?: string;
  containers?: {
    name: string;
    usage?: { cpu?: string; memory?: string };
  }[];
};

export type NamespaceUsageOptions = {
  client: Pick<KubernetesClient, 'getAside'>;
  namespace: string;
  /** Of the pods that are asked about. */
  labelSelector: string;
  lookEveryMs?: number;
  askAgainMs?: number;
};

/**
 * What the pods of this portal's runs in a namespace take of memory and CPU, by
 * one list every few seconds, however many there are. A cluster need have no
 * metrics server: then nothing is told, and nothing else is the worse for it.
 */
export class NamespaceUsage {
  readonly #options: NamespaceUsageOptions;
  readonly #abort = new AbortController();
  readonly #looking: Promise<void>;
  #byPod = new Map<string, ContainerUsage[]>();

  static watch(options: NamespaceUsageOptions): NamespaceUsage {
    return new NamespaceUsage(options);
  }

  private constructor(options: NamespaceUsageOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  /** What a pod took when it was last measured; nothing where it was not. */
  of(pod: string): ContainerUsage[] {
    return this.#byPod.get(pod) ?? [];
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { signal } = this.#abort;
    const { lookEveryMs = LOOK_EVERY_MS, askAgainMs = ASK_AGAIN_MS } =
      this.#options;
    while (!signal.aborted) {
      let next = lookEveryMs;
      try {
        this.#byPod = await this.#read(signal);
      } catch (error) {
        this.#byPod = new Map();
        if (isRefused(error)) next = askAgainMs;
      }
      await delay(next, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #read(signal: AbortSignal): Promise<Map<string, ContainerUsage[]>> {
    const { client, namespace, labelSelector } = this.#options;
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { items } = await client.getAside<{ items: PodMetricsObject[] }>(
      objectPath(METRICS_API, namespace, 'pods'),
      AbortSignal.any([signal, timeout]),
      { labelSelector },
    );
    return new Map(items.map(item => [item.metadata.name, toUsages(item)]));
  }
}

/** No such API, or no right to it: it is not to be had by asking again at once, as with a token that is about to be renewed. */
function isRefused(error: unknown): boolean {
  return [403, 404].some(status => hasStatus(error, status));
}

function toUsages(pod: PodMetricsObject): ContainerUsage[] {
  const { timestamp = '', window = '', containers = [] } = pod;
  const at = Date.parse(timestamp);
  const since = at - readDuration(window);
  if (!Number.isFinite(since)) return [];
  return containers.flatMap(({ name, usage = {} }) => {
    const { cpu = '', memory = '' } = usage;
    if (!isQuantity(cpu) || !isQuantity(memory)) return [];
    return [
      {
        container: name,
        memoryBytes: quantityToNumber(memory),
        cpuCores: quantityToNumber(cpu),
        at,
        since,
      },
    ];
  });
}

/** In milliseconds; not a number where it is none. Windows are of seconds, seldom of minutes. */
function readDuration(text: string): number {
  const [whole, minutes = '0', seconds = '0', milliseconds = '0'] =
    /^(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/.exec(text) ?? [];
  if (!whole) return NaN;
  return (
    Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(milliseconds)
  );
}
