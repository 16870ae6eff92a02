import { LoggerService } from '@backstage/backend-plugin-api';
import { ExecutorReadiness } from '@image-factory/backstage-plugin-image-factory-common';
import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesSettings } from '../../../clusters';
import { PodSecurityLevel } from '../../../templates';
import { ClusterHealth } from '../ClusterHealth';
import { TektonCluster } from '../TektonCluster';
import { tenantNamespace } from '../tenantNamespace';
import { ClusterReader } from './ClusterReader';
import { Finding } from './Finding';
import { lookAtCluster, withoutAnswer } from './lookAtCluster';
import { lookAtNamespace } from './lookAtNamespace';
import { Obstacles, Place, toObstacles, toReadiness } from './verdict';

const LOOK_EVERY_MS = 60_000;
/** Where builds are kept from running, or nothing could be seen, more often: somebody may be mending it. */
const TROUBLED_EVERY_MS = 15_000;
/** Whoever wants a fresh look waits for it so long after the last has begun: each costs the API server many requests. */
const LOOK_AT_MOST_EVERY_MS = 5_000;
/** Namespaces cost six requests each; many of them are looked at less often. */
const MS_A_NAMESPACE = 1_000;
const AT_ONCE = 4;
/** Tenants by the rule are remembered from their builds. */
const MAX_MET = 1_000;

type Seen = {
  at: number;
  readiness: ExecutorReadiness;
  obstacles: Obstacles;
  /** Whether the cluster has left something unanswered. */
  isSilent: boolean;
};

export type ClusterReadinessOptions = {
  cluster: TektonCluster;
  health: ClusterHealth;
  kubernetes: Omit<KubernetesSettings, 'clusters'>;
  /** The ids of methods by the Pod Security level that their pods need. */
  methods(): Promise<Record<PodSecurityLevel, string[]>>;
  logger: LoggerService;
  now(): Date;
  steady(): number;
  /** Waits for real unless told otherwise. */
  sleep?(milliseconds: number, signal: AbortSignal): Promise<void>;
};

/**
 * What builds need on a cluster and in the namespaces of tenants, looked at now
 * and then: whoever asks is told what was found last, and waits only where
 * nothing was found yet.
 */
export class ClusterReadiness {
  readonly #options: ClusterReadinessOptions;
  readonly #met = new Set<string>();
  readonly #stopping = new AbortController();
  #last: Seen | undefined;
  #looking: Promise<Seen> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** The look that everybody gets who asks for a fresh one before it begins. */
  #next: Promise<Seen> | undefined;

  constructor(options: ClusterReadinessOptions) {
    this.#options = options;
  }

  /** Remembers a tenant that may have its namespace by the rule. */
  meet(tenant: string): void {
    if (this.#met.size < MAX_MET) this.#met.add(tenant);
  }

  /** What keeps builds from running, as far as it is known by now. */
  obstacles(): Obstacles {
    if (this.#isDue()) this.#look().catch(() => undefined);
    return this.#last?.obstacles ?? { tenants: [] };
  }

  /** What was found last, unless it is to be looked at again. */
  async tell({ refresh }: { refresh: boolean }): Promise<ExecutorReadiness> {
    if (refresh) return (await this.#lookAfresh()).readiness;
    if (!this.#last) {
      return (await (this.#looking ?? this.#lookAfresh())).readiness;
    }
    if (this.#isDue()) this.#look().catch(() => undefined);
    return this.#last.readiness;
  }

  stop(): void {
    this.#stopping.abort();
  }

  #isDue(): boolean {
    if (this.#mustWaitMs() > 0) return false;
    if (!this.#last) return true;
    const { at, readiness, obstacles, isSilent } = this.#last;
    const isTroubled =
      isSilent || obstacles.cluster || obstacles.tenants.length > 0;
    const every = isTroubled ? TROUBLED_EVERY_MS : LOOK_EVERY_MS;
    const pause = Math.max(every, readiness.namespaces.length * MS_A_NAMESPACE);
    return this.#options.steady() - at >= pause;
  }

  #mustWaitMs(): number {
    const passed = this.#options.steady() - this.#lookedAt;
    return Math.max(0, LOOK_AT_MOST_EVERY_MS - passed);
  }

  /** A look that begins after it was asked for, and no sooner than the pause between two allows. */
  #lookAfresh(): Promise<Seen> {
    this.#next ??= this.#untilAllowed().then(() => {
      this.#next = undefined;
      return this.#look();
    });
    this.#next.catch(() => {
      this.#next = undefined;
    });
    return this.#next;
  }

  async #untilAllowed(): Promise<void> {
    const { sleep = wait } = this.#options;
    while (this.#looking || this.#mustWaitMs() > 0) {
      await this.#looking?.catch(() => undefined);
      await sleep(this.#mustWaitMs(), this.#stopping.signal);
    }
  }

  /** One look at a time. */
  #look(): Promise<Seen> {
    if (!this.#looking) this.#lookedAt = this.#options.steady();
    this.#looking ??= this.#see()
      .then(seen => {
        this.#last = seen;
        return seen;
      })
      .catch(error => {
        if (!this.#stopping.signal.aborted) {
          const { name } = this.#options.cluster.settings;
          this.#options.logger.warn(
            `The readiness of the cluster ${name} could not be looked at`,
            error,
          );
        }
        throw error;
      })
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #see(): Promise<Seen> {
    const { cluster, health, kubernetes, now, steady } = this.#options;
    const { settings } = cluster;
    const { stepImages } = kubernetes;
    const places = this.#places();
    const at = steady();
    const checkedAt = now().toISOString();
    const { rule } = settings.namespaces;
    const known = await health.ask();
    if (!known.ok) {
      const notLookedAt: Finding = {
        check: 'namespace',
        status: 'unknown',
        message: 'It was not looked at, since the cluster does not answer.',
      };
      return {
        at,
        readiness: toReadiness(
          withoutAnswer(known, stepImages),
          places.map(place => ({ place, findings: [notLookedAt] })),
          { checkedAt, rule },
        ),
        // The cluster is of no use anyway, and once it is back, what was wrong still is.
        obstacles: this.#last?.obstacles ?? { tenants: [] },
        isSilent: true,
      };
    }
    const reader = new ClusterReader({
      client: await cluster.client(),
      signal: this.#stopping.signal,
    });
    const ofCluster = await lookAtCluster(reader, {
      versions: known.versions,
      stepImages,
      settings,
    });
    const ofPlaces = await inTurn(places, async place => ({
      place,
      findings: await lookAtNamespace(reader, {
        ...place,
        settings,
        instance: kubernetes.instance,
      }),
    }));
    return {
      at,
      isSilent: reader.isSilent,
      readiness: toReadiness(ofCluster, ofPlaces, { checkedAt, rule }),
      obstacles:
        reader.isSilent && this.#last
          ? this.#last.obstacles
          : toObstacles(
              settings.name,
              ofCluster,
              ofPlaces,
              await this.#options.methods(),
            ),
    };
  }

  #places(): Place[] {
    const { namespaces } = this.#options.cluster.settings;
    const { byTenant, relaxedByTenant } = namespaces;
    const tenants = new Set([...Object.keys(byTenant), ...this.#met]);
    const baseline = [...tenants].flatMap(tenant => {
      const namespace = tenantNamespace(tenant, namespaces);
      return namespace === undefined
        ? []
        : { tenant, namespace, podSecurity: 'baseline' as const };
    });
    const relaxed = Object.entries(relaxedByTenant).map(
      ([tenant, namespace]) => ({
        tenant,
        namespace,
        podSecurity: 'privileged' as const,
      }),
    );
    return [...baseline, ...relaxed];
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal });
}

/** Some at once, in their order. */
async function inTurn<T, R>(
  items: T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
