import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildMethod,
  CancelMode,
  CancelResult,
  Cursor,
  ExecutionSpec,
  ExecutionUpdate,
  Executor,
  ExecutorStatus,
  ObservedRun,
  Outcome,
  Preflight,
  PreflightRequest,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  ExecutorReadiness,
  Failure,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  KubernetesError,
  KubernetesSettings,
  OnSecret,
  TEKTON_API,
  ClusterSettings,
  hasStatus,
  objectPath,
} from '../../clusters';
import { BlobStore } from '../../blobs';
import { CheckSettings } from '../../checks';
import { MethodRegistry } from '../../methods';
import { ImagePusher } from '../../registry';
import { PodSecurityLevel, podSecurityOf } from '../../templates';
import { plainFailure } from '../reporting';
import { checksProblem } from './checksFor';
import { ClusterHealth } from './ClusterHealth';
import { collectReports } from './collectReports';
import { concludeImage } from './concludeImage';
import { CreatePace } from './CreatePace';
import { explainNoPlace } from './explainNoPlace';
import { observe, pagesOfRuns } from './listRuns';
import { ClusterReadiness } from './readiness';
import { markCollected, removeFinishedRuns } from './removeFinishedRuns';
import { RunCreator } from './RunCreator';
import { RunPreflight } from './RunPreflight';
import { StartThrottle } from './StartThrottle';
import { storeManifest } from './storeManifest';
import { TektonCluster } from './TektonCluster';
import {
  ENDED_BY_ANNOTATION,
  LOST_NODE_ANNOTATION,
  PipelineRunObject,
  isDone,
  reducePipelineRun,
} from './tektonObjects';
import { TektonRun } from './TektonRun';
import { TemplateSource } from './TemplateSource';
import { tenantNamespace } from './tenantNamespace';
import { EndedBy } from './toOutcome';
import { methodsByPodSecurity, withReadiness } from './withReadiness';

/** As a JSON pointer. All of our runs have annotations. */
function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replace('/', '~1')}`;
}

/** For so long runs are looked for that nobody has collected: longer than builds take, and portals are away. */
const RECENT_MS = 3 * 24 * 3_600_000;

export type TektonExecutorOptions = {
  settings: ClusterSettings;
  kubernetes: Omit<KubernetesSettings, 'clusters'>;
  methods: MethodRegistry;
  templates: TemplateSource;
  checks: CheckSettings;
  pusher: ImagePusher;
  blobs: BlobStore;
  logger: LoggerService;
  /** The tenants whose builds it has run within the last so many milliseconds, whichever process it was. */
  recentTenants(executor: string, withinMs: number): Promise<string[]>;
  /** Hears of what the portal logs in to the cluster with. */
  onSecret: OnSecret;
  now(): Date;
  steady(): number;
  /** From 0 to below 1. */
  random(): number;
};

type Known = {
  spec: ExecutionSpec;
  method: BuildMethod;
  namespace?: string;
  /** Why there is no run at all. */
  refused?: Failure;
  endedBy?: EndedBy;
  /** Whether somebody wants it cancelled, whether or not the cluster takes it. */
  isCancelWanted?: boolean;
  /** Whether its collector has left it before its end; another may come here for it, or elsewhere. */
  isLeft?: boolean;
};

/** Of runs that were left so many are kept in mind. */
const MOST_LEFT = 100;

/**
 * Runs builds as Tekton PipelineRuns on one cluster. The cluster runs them and
 * knows what became of them; this only creates, follows and cancels, so that any
 * other replica can go on where this one stops.
 */
export class TektonExecutor implements Executor {
  readonly id: string;
  readonly isDetached = true;
  readonly #options: TektonExecutorOptions;
  readonly #cluster: TektonCluster;
  readonly #health: ClusterHealth;
  readonly #readiness: ClusterReadiness;
  readonly #throttle: StartThrottle;
  readonly #creator: RunCreator;
  readonly #preflight: RunPreflight;
  readonly #known = new Map<string, Known>();
  /** What the pods of methods need, as their default templates said last. */
  readonly #podSecurity = new Map<string, PodSecurityLevel>();
  /** Where it has runs, as far as this process knows. */
  readonly #namespaces: Set<string>;
  readonly #stopping = new AbortController();

  static create(options: TektonExecutorOptions): TektonExecutor {
    return new TektonExecutor(options);
  }

  private constructor(options: TektonExecutorOptions) {
    const { settings, kubernetes, now, steady, random } = options;
    this.id = settings.name;
    this.#options = options;
    const throttle = new StartThrottle({
      maxRunning: settings.maxRunning,
      now,
      steady,
    });
    this.#throttle = throttle;
    this.#cluster = TektonCluster.create({
      settings,
      instance: kubernetes.instance,
      random,
      steady,
      onAnswer: answer => throttle.hear(answer),
      onSecret: options.onSecret,
    });
    this.#health = new ClusterHealth({
      cluster: this.#cluster,
      now,
      steady,
      logger: options.logger,
    });
    this.#readiness = new ClusterReadiness({
      cluster: this.#cluster,
      health: this.#health,
      kubernetes,
      methods: () =>
        methodsByPodSecurity(options.methods.list(), options.templates),
      logger: options.logger,
      now,
      steady,
    });
    const { byTenant, relaxedByTenant } = settings.namespaces;
    this.#namespaces = new Set(
      [byTenant, relaxedByTenant].flatMap(each => Object.values(each)),
    );
    this.#creator = new RunCreator({
      ...options,
      client: () => this.#cluster.client(),
      tektonVersion: () => this.#health.tektonVersion(),
      pace: new CreatePace({
        perSecond: () => settings.createsPerSecond * throttle.share,
        steady,
      }),
    });
    this.#preflight = new RunPreflight({
      client: () => this.#cluster.client(),
      render: (spec, signal) => this.#creator.render(spec, signal),
      logger: options.logger,
      steady,
    });
  }

  async preflight(
    request: PreflightRequest,
    signal: AbortSignal,
  ): Promise<Preflight> {
    return this.#preflight.run(request, signal);
  }

  async describe(): Promise<ExecutorStatus> {
    const status = await this.#health.describe({
      methods: this.#options.methods.list(),
      problemOf: method => this.#problemOf(method),
    });
    return withReadiness(status, this.#readiness.obstacles(), this.#throttle);
  }

  whyNoPlace({ tenant, method }: { tenant: string; method: string }) {
    const podSecurity = this.#podSecurity.get(method);
    return explainNoPlace({
      tenant,
      method,
      podSecurity,
      settings: this.#options.settings,
    });
  }

  async readiness(options: { refresh: boolean }): Promise<ExecutorReadiness> {
    return this.#readiness.tell(options);
  }

  async start(spec: ExecutionSpec, signal: AbortSignal): Promise<RunReference> {
    const known: Known = { spec, method: this.#creator.methodOf(spec) };
    this.#known.set(spec.name, known);
    this.#readiness.meet(spec.config.tenant);
    try {
      // Also one that waits for its turn ends with this process, as if it had never begun.
      const until = this.#untilStopped(signal);
      Object.assign(known, await this.#creator.create(spec, until));
    } catch (error) {
      this.#forget(known);
      throw error;
    }
    // Until somebody collects it: where nobody is let, it must not stay for ever.
    this.#leave(known);
    return { name: spec.name, namespace: known.namespace };
  }

  #untilStopped(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#stopping.signal]);
  }

  #leave(known: Known): void {
    if (this.#known.get(known.spec.name) !== known) return;
    known.isLeft = true;
    // The last one left is the last one in the list.
    this.#known.delete(known.spec.name);
    this.#known.set(known.spec.name, known);
    const left = [...this.#known.values()].filter(({ isLeft }) => isLeft);
    if (left.length > MOST_LEFT) this.#forget(left[0]);
  }

  /** Another start of the same run may have come meanwhile. */
  #forget(known: Known | undefined): void {
    if (known && this.#known.get(known.spec.name) === known) {
      this.#known.delete(known.spec.name);
    }
  }

  /** What a build can do without fails none: a full disk, say, where its manifest would be kept. */
  async #spared<T>(
    { name }: RunReference,
    what: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      this.#options.logger.warn(`${what}: run ${name}`, error as Error);
      return undefined;
    }
  }

  async *collect(
    run: RunReference,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate> {
    const { settings, pusher, blobs, logger, now, steady } = this.#options;
    const known = this.#known.get(run.name);
    const { namespace } = run;
    if (!known || known.refused || namespace === undefined) {
      this.#forget(known);
      yield { type: 'outcome', outcome: withoutRun(known) };
      return;
    }
    const { spec, method } = known;
    known.isLeft = false;
    let leave: () => void = () => undefined;
    try {
      const client = await this.#cluster.client();
      this.#namespaces.add(namespace);
      const look = await this.#cluster.look(namespace);
      const { view, events, usage } = look;
      leave = look.leave;
      const collected = new TektonRun({
        client,
        view,
        events,
        usage,
        settings,
        run: { name: run.name, namespace },
        spec,
        method,
        from,
        keepManifest: until =>
          this.#spared(run, 'The PipelineRun could not be kept', until, () =>
            storeManifest({
              client,
              blobs,
              run: { name: run.name, namespace },
              execution: spec,
              signal: until,
            }),
          ),
        markCollected: until =>
          this.#spared(run, 'It could not be marked as collected', until, () =>
            markCollected({
              client,
              run: { name: run.name, namespace },
              at: now(),
              signal: until,
            }),
          ),
        conclude: (image, step, log, until) =>
          concludeImage({ spec, image, step, pusher, log, signal: until }),
        collectReports: (reports, log, until) =>
          collectReports({
            ...reports,
            spec,
            pusher,
            blobs,
            logger,
            log,
            signal: until,
          }),
        endedBy: () => known.endedBy,
        isCancelWanted: () => known.isCancelWanted ?? false,
        end: (by, lostNode) =>
          this.#end(run, namespace, by, lostNode).then(() => undefined),
        now,
        steady,
        signal: this.#untilStopped(signal),
      });
      for await (const update of collected.updates()) {
        if (update.type === 'outcome') this.#forget(known);
        yield update;
      }
    } finally {
      leave();
      this.#leave(known);
    }
  }

  async cancel(run: RunReference, mode: CancelMode): Promise<CancelResult> {
    // The run goes on without us; whoever comes next collects it.
    if (mode === 'shutdown') return 'requested';
    const known = this.#known.get(run.name);
    if (known && mode === 'cancel') known.isCancelWanted = true;
    const namespace = run.namespace ?? known?.namespace;
    if (namespace === undefined) return 'gone';
    return this.#end(run, namespace, mode);
  }

  /** What a lost process has left of its runs is in the cluster, where it belongs. */
  async recover(): Promise<void> {}

  async *list(signal: AbortSignal): AsyncIterable<ObservedRun> {
    const { instance } = this.#options.kubernetes;
    const client = await this.#cluster.client();
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

  async discard(run: ObservedRun, signal: AbortSignal): Promise<void> {
    const { name, namespace, isOver } = run;
    if (namespace === undefined) return;
    if (!isOver) {
      await this.#end(run, namespace, 'cancel');
      return;
    }
    // Its pods go with it, also one that Tekton has made too late to cancel it.
    try {
      await (
        await this.#cluster.client()
      ).delete(objectPath(TEKTON_API, namespace, 'pipelineruns', name), signal);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }

  /** Removes runs from the cluster that were collected long enough ago. To be called now and then. */
  async removeFinished(signal: AbortSignal): Promise<void> {
    const { settings, kubernetes, now, logger } = this.#options;
    const before = new Date(now().getTime() - settings.keepFinishedMs);
    for (const namespace of await this.#namespacesOfRuns()) {
      try {
        await removeFinishedRuns({
          client: await this.#cluster.client(),
          namespace,
          instance: kubernetes.instance,
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
    const { settings, recentTenants } = this.#options;
    const tenants = await recentTenants(
      this.id,
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

  /** Lets go of all runs, which go on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#readiness.stop();
    await this.#cluster.stop();
  }

  async #end(
    { name }: RunReference,
    namespace: string,
    by: EndedBy,
    lostNode?: string,
  ): Promise<CancelResult> {
    const client = await this.#cluster.client();
    const known = this.#known.get(name);
    try {
      const run = await client.patch<PipelineRunObject>(
        objectPath(TEKTON_API, namespace, 'pipelineruns', name),
        [
          { op: 'add', path: '/spec/status', value: 'Cancelled' },
          { op: 'add', path: pathOf(ENDED_BY_ANNOTATION), value: by },
          ...(lostNode === undefined
            ? []
            : [
                {
                  op: 'add',
                  path: pathOf(LOST_NODE_ANNOTATION),
                  value: lostNode,
                },
              ]),
        ],
        this.#stopping.signal,
      );
      // One that was cancelled before takes it once more.
      if (isDone(reducePipelineRun(run))) return 'already-over';
      // Who was first is why it ended.
      if (known) known.endedBy ??= by;
      return 'requested';
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

  async #problemOf(
    method: BuildMethod,
  ): Promise<{ message: string; hint: string } | undefined> {
    const template = await this.#options.templates.defaultOf(method);
    if (!template) {
      return {
        message: `The method ${method.id} has no pipeline template that can be used.`,
        hint: 'The log of the backend tells what is wrong with the one that it brings along.',
      };
    }
    this.#podSecurity.set(method.id, podSecurityOf(template.pipeline));
    const { stepImages } = this.#options.kubernetes;
    const { relaxedByTenant } = this.#options.settings.namespaces;
    const needsRelaxed = podSecurityOf(template.pipeline) === 'privileged';
    if (needsRelaxed && Object.keys(relaxedByTenant).length === 0) {
      return {
        message: `The template ${template.name} needs more than the Pod Security level baseline, and no tenant has a namespace for that here.`,
        hint: 'Name a relaxedNamespace of the tenants that may use it, under imageFactory.executors.kubernetes.clusters.',
      };
    }
    return checksProblem(template, this.#options.checks, stepImages);
  }
}

function withoutRun(known: Known | undefined): Outcome {
  return known?.refused
    ? { status: 'failed', failure: plainFailure(known.refused) }
    : {
        status: 'lost',
        message: 'The executor knows nothing of the run of this build.',
      };
}
