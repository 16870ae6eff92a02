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
  TEKTON_API,
  ClusterSettings,
  hasStatus,
  objectPath,
} from '../../clusters';
import { BlobStore } from '../../blobs';
import { CheckSettings } from '../../checks';
import { MethodRegistry } from '../../methods';
import { ImagePusher } from '../../registry';
import { PipelineTemplate, podSecurityOf } from '../../templates';
import { plainFailure } from '../reporting';
import { checksFor, checksProblem } from './checksFor';
import { ClusterHealth } from './ClusterHealth';
import { collectReports } from './collectReports';
import { concludeImage } from './concludeImage';
import { CreatePace } from './CreatePace';
import { createOrAdopt } from './createOrAdopt';
import { observe, pagesOfRuns } from './listRuns';
import { ClusterReadiness } from './readiness';
import { markCollected, removeFinishedRuns } from './removeFinishedRuns';
import { RenderedRun, renderRun } from './renderRun';
import { RunPreflight } from './RunPreflight';
import { StartThrottle } from './StartThrottle';
import { storeManifest } from './storeManifest';
import { TektonCluster } from './TektonCluster';
import {
  ENDED_BY_ANNOTATION,
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
const ENDED_BY_PATH = `/metadata/annotations/${ENDED_BY_ANNOTATION.replace(
  '/',
  '~1',
)}`;

export type TektonExecutorOptions = {
  settings: ClusterSettings;
  kubernetes: Omit<KubernetesSettings, 'clusters'>;
  methods: MethodRegistry;
  templates: TemplateSource;
  checks: CheckSettings;
  pusher: ImagePusher;
  blobs: BlobStore;
  logger: LoggerService;
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
  readonly #pace: CreatePace;
  readonly #preflight: RunPreflight;
  readonly #known = new Map<string, Known>();
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
    this.#pace = new CreatePace({
      perSecond: () => settings.createsPerSecond * throttle.share,
      steady,
    });
    this.#preflight = new RunPreflight({
      client: () => this.#cluster.client(),
      render: async spec => {
        const method = this.#methodOf(spec);
        const template = await this.#templateFor(spec, method);
        return this.#render(spec, method, template);
      },
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

  async readiness(options: { refresh: boolean }): Promise<ExecutorReadiness> {
    return this.#readiness.tell(options);
  }

  async start(spec: ExecutionSpec, signal: AbortSignal): Promise<RunReference> {
    const { settings } = this.#options;
    const method = this.#methodOf(spec);
    const known = this.#known.get(spec.name) ?? { spec, method };
    this.#known.set(spec.name, known);
    const template = await this.#templateFor(spec, method);
    const namespace = tenantNamespace(
      spec.config.tenant,
      settings.namespaces,
      template && podSecurityOf(template.pipeline),
    );
    known.namespace = namespace;
    this.#readiness.meet(spec.config.tenant);
    if (!spec.resumed && !known.refused) {
      known.refused = await this.#create(spec, method, template, signal);
    }
    return { name: spec.name, namespace };
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

  #methodOf({ config }: ExecutionSpec): BuildMethod {
    const method = this.#options.methods.get(config.method);
    if (!method) throw new Error(`No build method ${config.method}`);
    return method;
  }

  async #templateFor(
    { config }: ExecutionSpec,
    method: BuildMethod,
  ): Promise<PipelineTemplate | undefined> {
    const { templates } = this.#options;
    return config.template
      ? templates.pinned(config.template)
      : templates.defaultOf(method);
  }

  /** @returns why there is no run, where there is none */
  async #create(
    spec: ExecutionSpec,
    method: BuildMethod,
    template: PipelineTemplate | undefined,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const rendered = await this.#render(spec, method, template);
    if (!rendered.ok) return rendered.failure;
    await this.#pace.pass(signal);
    const created = await createOrAdopt({
      client: await this.#cluster.client(),
      pipelineRun: rendered.pipelineRun,
      random: this.#options.random,
      signal,
    });
    return created.ok ? undefined : created.failure;
  }

  async #render(
    spec: ExecutionSpec,
    method: BuildMethod,
    template: PipelineTemplate | undefined,
  ): Promise<RenderedRun> {
    const { settings, kubernetes, checks } = this.#options;
    const { template: pinned } = spec.config;
    if (!template) {
      return {
        ok: false,
        failure: {
          class: 'template',
          message: pinned
            ? `The pipeline template ${pinned.name} ${pinned.version}, which the build was submitted with, cannot be used any more.`
            : `The method ${method.id} has no pipeline template.`,
          hint: 'Rebuild with the latest inputs, or build on the executor local. A portal admin finds the reason in the log of the backend.',
        },
      };
    }
    return renderRun({
      spec,
      method,
      template,
      settings,
      kubernetes,
      checks: {
        ...checksFor(template, checks, kubernetes.stepImages),
        gate: checks.gate,
        database: checks.database,
        javaDatabase: checks.javaDatabase,
      },
      tektonVersion: await this.#health.tektonVersion(),
    });
  }

  async *collect(
    run: RunReference,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate> {
    const { settings, pusher, blobs, now, steady } = this.#options;
    const known = this.#known.get(run.name);
    const { namespace } = run;
    if (!known || known.refused || namespace === undefined) {
      yield { type: 'outcome', outcome: withoutRun(known) };
      this.#known.delete(run.name);
      return;
    }
    const { spec, method } = known;
    const client = await this.#cluster.client();
    this.#namespaces.add(namespace);
    const { view, leave } = await this.#cluster.look(namespace);
    try {
      const collected = new TektonRun({
        client,
        view,
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
        conclude: (image, log, until) =>
          concludeImage({ spec, image, pusher, log, signal: until }),
        collectReports: (reports, log, until) =>
          collectReports({
            ...reports,
            spec,
            pusher,
            blobs,
            log,
            signal: until,
          }),
        endedBy: () => known.endedBy,
        end: by => this.#end(run, namespace, by).then(() => undefined),
        now,
        steady,
        signal: AbortSignal.any([signal, this.#stopping.signal]),
      });
      for await (const update of collected.updates()) {
        if (update.type === 'outcome') this.#known.delete(run.name);
        yield update;
      }
    } finally {
      leave();
    }
  }

  async cancel(run: RunReference, mode: CancelMode): Promise<CancelResult> {
    // The run goes on without us; whoever comes next collects it.
    if (mode === 'shutdown') return 'requested';
    const namespace = run.namespace ?? this.#known.get(run.name)?.namespace;
    if (namespace === undefined) return 'gone';
    return this.#end(run, namespace, mode);
  }

  /** What a lost process has left of its runs is in the cluster, where it belongs. */
  async recover(): Promise<void> {}

  async *list(signal: AbortSignal): AsyncIterable<ObservedRun> {
    const { instance } = this.#options.kubernetes;
    const client = await this.#cluster.client();
    for (const namespace of this.#namespaces) {
      try {
        const pages = pagesOfRuns({ client, namespace, instance, signal });
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
    for (const namespace of this.#namespaces) {
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
  ): Promise<CancelResult> {
    const client = await this.#cluster.client();
    const known = this.#known.get(name);
    try {
      const run = await client.patch<PipelineRunObject>(
        objectPath(TEKTON_API, namespace, 'pipelineruns', name),
        [
          { op: 'add', path: '/spec/status', value: 'Cancelled' },
          { op: 'add', path: ENDED_BY_PATH, value: by },
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
