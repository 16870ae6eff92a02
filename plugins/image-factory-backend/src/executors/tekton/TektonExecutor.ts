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
import { ExecutorReadiness } from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterSettings, KubernetesSettings, OnSecret } from '../../clusters';
import { BlobStore } from '../../blobs';
import { CheckSettings } from '../../checks';
import { MethodRegistry } from '../../methods';
import { ImagePusher } from '../../registry';
import { PodSecurityLevel, podSecurityOf } from '../../templates';
import { plainFailure } from '../reporting';
import { checksProblem } from './checksFor';
import { ClusterHealth } from './ClusterHealth';
import { ClusterRuns } from './ClusterRuns';
import { collectReports } from './collectReports';
import { concludeImage } from './concludeImage';
import { CreatePace } from './CreatePace';
import { explainNoPlace } from './explainNoPlace';
import { KnownRun, KnownRuns } from './KnownRuns';
import { ClusterReadiness } from './readiness';
import { markCollected } from './removeFinishedRuns';
import { RunCreator } from './RunCreator';
import { RunPreflight } from './RunPreflight';
import { StartThrottle } from './StartThrottle';
import { storeManifest } from './storeManifest';
import { TektonCluster } from './TektonCluster';
import { TektonRun } from './TektonRun';
import { TemplateSource } from './TemplateSource';
import { EndedBy } from './toOutcome';
import { methodsByPodSecurity, withReadiness } from './withReadiness';

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
  readonly #known = new KnownRuns();
  /** What the pods of methods need, as their default templates said last. */
  readonly #podSecurity = new Map<string, PodSecurityLevel>();
  readonly #runs: ClusterRuns;
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
    this.#runs = new ClusterRuns({
      ...options,
      executor: this.id,
      client: () => this.#cluster.client(),
      instance: kubernetes.instance,
    });
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
    const known: KnownRun = { spec, method: this.#creator.methodOf(spec) };
    this.#known.add(known);
    this.#readiness.meet(spec.config.tenant);
    try {
      // Also one that waits for its turn ends with this process, as if it had never begun.
      const until = this.#untilStopped(signal);
      Object.assign(known, await this.#creator.create(spec, until));
    } catch (error) {
      this.#known.forget(known);
      throw error;
    }
    return { name: spec.name, namespace: known.namespace };
  }

  #untilStopped(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#stopping.signal]);
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
      this.#known.forget(known);
      yield { type: 'outcome', outcome: withoutRun(known) };
      return;
    }
    const { spec, method } = known;
    known.isLeft = false;
    let leave: () => void = () => undefined;
    try {
      const client = await this.#cluster.client();
      this.#runs.meet(namespace);
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
        if (update.type === 'outcome') this.#known.forget(known);
        yield update;
      }
    } finally {
      leave();
      this.#known.leave(known);
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

  list(signal: AbortSignal): AsyncIterable<ObservedRun> {
    return this.#runs.list(signal);
  }

  async discard(run: ObservedRun, signal: AbortSignal): Promise<void> {
    const { name, namespace, isOver } = run;
    if (namespace === undefined) return;
    if (isOver) await this.#runs.remove({ name, namespace }, signal);
    else await this.#end(run, namespace, 'cancel');
  }

  /** Removes runs from the cluster that were collected long enough ago. To be called now and then. */
  async removeFinished(signal: AbortSignal): Promise<void> {
    await this.#runs.removeFinished(signal);
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
    const known = this.#known.get(name);
    const result = await this.#runs.end(
      { name, namespace },
      { by, lostNode, signal: this.#stopping.signal },
    );
    // Who was first is why it ended.
    if (known && result === 'requested') known.endedBy ??= by;
    return result;
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

function withoutRun(known: KnownRun | undefined): Outcome {
  return known?.refused
    ? { status: 'failed', failure: plainFailure(known.refused) }
    : {
        status: 'lost',
        message: 'The executor knows nothing of the run of this build.',
      };
}
