import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildMethod,
  ExecutorStatus,
} from '@image-factory/backstage-plugin-image-factory-node';
import { CORE_API, KubernetesError, objectPath } from '../../clusters';
import { TektonCluster } from './TektonCluster';

/** Where Tekton says which version it is. */
export const TEKTON_NAMESPACE = 'tekton-pipelines';
const ASKED_FOR_MS = 15_000;
const ANSWERS_WITHIN_MS = 5_000;
/** What is rendered where the version cannot be read: the oldest that is supported. */
export const OLDEST_TEKTON = 'v1.9.0';

type Versions = { kubernetes: string; tekton: string | undefined };

/** What a cluster has answered to the question how it is. */
export type Health =
  | { ok: true; versions: Versions }
  | { ok: false; message: string; hint: string };

type Asked = { at: number; time: Date; health: Promise<Health> };

/** What a cluster says of itself, asked again after a while. */
export class ClusterHealth {
  readonly #cluster: TektonCluster;
  readonly #now: () => Date;
  readonly #steady: () => number;
  readonly #logger: LoggerService;
  #toldReason: string | undefined;
  #last: Asked | undefined;
  #described: { asked: Asked; status: Promise<ExecutorStatus> } | undefined;

  constructor(options: {
    cluster: TektonCluster;
    now: () => Date;
    steady: () => number;
    logger: LoggerService;
  }) {
    this.#cluster = options.cluster;
    this.#now = options.now;
    this.#steady = options.steady;
    this.#logger = options.logger;
  }

  /** Whether it answers, asked a moment ago at most. */
  async ask(): Promise<Health> {
    return this.#ask().health;
  }

  /** The version of Tekton, as far as it is told. */
  async tektonVersion(): Promise<string> {
    const { health } = this.#ask();
    const known = await health;
    return (known.ok && known.versions.tekton) || OLDEST_TEKTON;
  }

  async describe(options: {
    methods: BuildMethod[];
    /** Why a method cannot run here; undefined where it can. */
    problemOf(
      method: BuildMethod,
    ): Promise<{ message: string; hint: string } | undefined>;
  }): Promise<ExecutorStatus> {
    const asked = this.#ask();
    if (this.#described?.asked !== asked) {
      // Each look of the dispatcher asks, and templates are in the database.
      const status = this.#describe(asked, options);
      this.#described = { asked, status };
      status.catch(() => {
        this.#described = undefined;
      });
    }
    return this.#described.status;
  }

  async #describe(
    asked: Asked,
    options: Parameters<ClusterHealth['describe']>[0],
  ): Promise<ExecutorStatus> {
    const { settings } = this.#cluster;
    const health = await asked.health;
    const runnable = options.methods.filter(
      ({ pipelineTemplates }) => pipelineTemplates?.length,
    );
    const common = {
      title: settings.title,
      type: 'kubernetes',
      maxRunning: settings.maxRunning,
      tenants:
        settings.namespaces.rule === undefined
          ? Object.keys(settings.namespaces.byTenant)
          : undefined,
      methods: await Promise.all(
        runnable.map(async method => {
          const problem = await options.problemOf(method);
          return {
            id: method.id,
            title: method.title,
            available: !problem,
            ...problem,
          };
        }),
      ),
      checkedAt: asked.time.toISOString(),
    };
    if (!health.ok) {
      const { message, hint } = health;
      return { ...common, health: 'unavailable', message, hint, tools: [] };
    }
    const { kubernetes, tekton } = health.versions;
    return {
      ...common,
      health: 'healthy',
      tools: [
        { name: 'kubernetes', status: 'available', version: kubernetes },
        {
          name: 'tekton',
          status: 'available',
          version: tekton,
          ...(tekton
            ? {}
            : {
                message: `The version of Tekton cannot be read, so ${OLDEST_TEKTON} is assumed.`,
                hint: `Let the portal get the ConfigMap pipelines-info in the namespace ${TEKTON_NAMESPACE}.`,
              }),
        },
      ],
    };
  }

  #ask(): Asked {
    const now = this.#steady();
    if (!this.#last || now - this.#last.at > ASKED_FOR_MS) {
      this.#last = { at: now, time: this.#now(), health: this.#look() };
    }
    return this.#last;
  }

  async #look(): Promise<Health> {
    const { settings } = this.#cluster;
    try {
      const client = await this.#cluster.client();
      const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
      const { gitVersion } = await client.get<{ gitVersion: string }>(
        '/version',
        signal,
      );
      this.#toldReason = undefined;
      return {
        ok: true,
        versions: {
          kubernetes: gitVersion,
          tekton: await this.#readTekton(signal),
        },
      };
    } catch (error) {
      this.#tellOnce(error);
      return isRefused(error)
        ? {
            ok: false,
            message: `The cluster ${settings.name} refuses the portal's login.`,
            hint: 'A portal admin renews it: its token may have run out. The log of the backend has the words of the cluster.',
          }
        : {
            ok: false,
            message: `The cluster ${settings.name} does not answer.`,
            hint: 'A portal admin checks whether it runs, and how the portal reaches it. The log of the backend has the reason.',
          };
    }
  }

  /** Addresses and accounts are for the log: everybody who previews a build is told of the executor. */
  #tellOnce(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#toldReason) return;
    this.#toldReason = reason;
    this.#logger.warn(
      `The cluster ${this.#cluster.settings.name} cannot be used: ${reason}`,
    );
  }

  async #readTekton(signal: AbortSignal): Promise<string | undefined> {
    const client = await this.#cluster.client();
    try {
      const { data } = await client.get<{ data?: { version?: string } }>(
        objectPath(CORE_API, TEKTON_NAMESPACE, 'configmaps', 'pipelines-info'),
        signal,
      );
      return data?.version;
    } catch (error) {
      const status = error instanceof KubernetesError && error.status;
      if (status === 403 || status === 404) return undefined;
      throw error;
    }
  }
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof KubernetesError &&
    (error.status === 401 || error.status === 403)
  );
}
