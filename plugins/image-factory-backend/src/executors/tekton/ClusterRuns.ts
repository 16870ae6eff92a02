import { LoggerService } from '@backstage/backend-plugin-api';
import {
  CancelResult,
  ObservedRun,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  ClusterSettings,
  KubernetesClient,
  KubernetesError,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { observe, pagesOfRuns } from './listRuns';
import { removeFinishedRuns } from './removeFinishedRuns';
import {
  ENDED_BY_ANNOTATION,
  LOST_NODE_ANNOTATION,
  PipelineRunObject,
  isDone,
  reducePipelineRun,
} from './tektonObjects';
import { tenantNamespace } from './tenantNamespace';
import { EndedBy } from './toOutcome';

/** For so long runs are looked for that nobody has collected: longer than builds take, and portals are away. */
const RECENT_MS = 3 * 24 * 3_600_000;

/** Where a run is. */
export type RunPlace = { name: string; namespace: string };

export type ClusterRunsOptions = {
  /** The id of the executor that has them. */
  executor: string;
  settings: ClusterSettings;
  /** Of this portal. */
  instance: string;
  client(): Promise<KubernetesClient>;
  /** The tenants whose builds an executor has run within the last so many milliseconds, whichever process it was. */
  recentTenants(executor: string, withinMs: number): Promise<string[]>;
  now(): Date;
  logger: LoggerService;
};

/** The PipelineRuns of this portal on one cluster, in all namespaces that it has any in. */
export class ClusterRuns {
  readonly #options: ClusterRunsOptions;
  /** Where it has runs, as far as this process knows. */
  readonly #namespaces: Set<string>;

  constructor(options: ClusterRunsOptions) {
    this.#options = options;
    const { byTenant, relaxedByTenant } = options.settings.namespaces;
    this.#namespaces = new Set(
      [byTenant, relaxedByTenant].flatMap(each => Object.values(each)),
    );
  }

  /** Notes that there are runs in a namespace. */
  meet(namespace: string): void {
    this.#namespaces.add(namespace);
  }

  /** Those that were not collected yet. */
  async *list(signal: AbortSignal): AsyncIterable<ObservedRun> {
    const { instance } = this.#options;
    const client = await this.#options.client();
    for (const namespace of await this.#namespacesOfRuns()) {
      try {
        const pages = pagesOfRuns({
          client,
          namespace,
          instance,
          collected: false,
          signal,
        });
        for await (const runs of pages) {
          for (const run of runs) {
            const observed = observe(run);
            if (observed) yield observed;
          }
        }
      } catch (error) {
        // A namespace that is not there, or not ours to look at, has no runs of ours.
        if (!hasStatus(error, 403) && !hasStatus(error, 404)) throw error;
      }
    }
  }

  /** Ends a run before its time, and writes into it why. */
  async end(
    { name, namespace }: RunPlace,
    options: {
      by: EndedBy;
      /** That the run is lost with. */
      lostNode: string | undefined;
      signal: AbortSignal;
    },
  ): Promise<CancelResult> {
    const { by, lostNode, signal } = options;
    const client = await this.#options.client();
    try {
      const run = await client.patch<PipelineRunObject>(
        objectPath(TEKTON_API, namespace, 'pipelineruns', name),
        [
          { op: 'add', path: '/spec/status', value: 'Cancelled' },
          annotate(ENDED_BY_ANNOTATION, by),
          ...(lostNode === undefined
            ? []
            : [annotate(LOST_NODE_ANNOTATION, lostNode)]),
        ],
        signal,
      );
      // One that was cancelled before takes it once more.
      return isDone(reducePipelineRun(run)) ? 'already-over' : 'requested';
    } catch (error) {
      if (hasStatus(error, 404)) return 'gone';
      // What is over takes no change any more.
      const isOver =
        error instanceof KubernetesError &&
        (error.status === 400 || error.status === 422);
      if (isOver) return 'already-over';
      throw error;
    }
  }

  /** Its pods go with it, also one that Tekton has made too late to cancel it. */
  async remove(
    { name, namespace }: RunPlace,
    signal: AbortSignal,
  ): Promise<void> {
    const client = await this.#options.client();
    try {
      await client.delete(
        objectPath(TEKTON_API, namespace, 'pipelineruns', name),
        signal,
      );
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }

  /** Removes those that were collected long enough ago. */
  async removeFinished(signal: AbortSignal): Promise<void> {
    const { settings, instance, now, logger } = this.#options;
    const before = new Date(now().getTime() - settings.keepFinishedMs);
    for (const namespace of await this.#namespacesOfRuns()) {
      try {
        await removeFinishedRuns({
          client: await this.#options.client(),
          namespace,
          instance,
          before,
          signal,
        });
      } catch (error) {
        logger.warn(
          `Finished runs in the namespace ${namespace} of the cluster ${settings.name} could not be removed`,
          error as Error,
        );
      }
    }
  }

  /** Also where other replicas have runs, or this one had before it was started anew: a rule tells no namespaces by itself. */
  async #namespacesOfRuns(): Promise<Set<string>> {
    const { executor, settings, recentTenants } = this.#options;
    const tenants = await recentTenants(
      executor,
      settings.keepFinishedMs + RECENT_MS,
    );
    const namespaces = new Set(this.#namespaces);
    for (const tenant of tenants) {
      for (const level of ['baseline', 'privileged'] as const) {
        const namespace = tenantNamespace(tenant, settings.namespaces, level);
        if (namespace !== undefined) namespaces.add(namespace);
      }
    }
    return namespaces;
  }
}

/** By a JSON pointer. All of our runs have annotations. */
function annotate(annotation: string, value: string) {
  const path = `/metadata/annotations/${annotation.replace('/', '~1')}`;
  return { op: 'add', path, value };
}
