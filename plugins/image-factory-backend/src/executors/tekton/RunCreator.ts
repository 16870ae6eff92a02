import { LoggerService } from '@backstage/backend-plugin-api';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildMethod,
  ExecutionSpec,
} from '@image-factory/backstage-plugin-image-factory-node';
import { CheckSettings } from '../../checks';
import {
  ClusterSettings,
  KubernetesClient,
  KubernetesSettings,
} from '../../clusters';
import { MethodRegistry } from '../../methods';
import { PipelineTemplate, podSecurityOf } from '../../templates';
import { checksFor } from './checksFor';
import { CreatePace } from './CreatePace';
import { createOrAdopt, isCreated } from './createOrAdopt';
import { findMissingPools } from './nativePools';
import { RenderedRun, nativePlatformsOf, renderRun } from './renderRun';
import { TemplateSource } from './TemplateSource';
import { tenantNamespace } from './tenantNamespace';

/** What a {@link RunCreator} works with. */
export type RunCreatorOptions = {
  settings: ClusterSettings;
  kubernetes: Omit<KubernetesSettings, 'clusters'>;
  methods: MethodRegistry;
  templates: TemplateSource;
  checks: CheckSettings;
  client(): Promise<KubernetesClient>;
  tektonVersion(): Promise<string>;
  pace: CreatePace;
  /** From 0 to below 1. */
  random(): number;
  logger: LoggerService;
};

/** Where a run stands, and why there is none, where there is none. */
export type CreatedRun = { namespace: string | undefined; refused?: Failure };

/** Makes PipelineRuns of attempts and creates them, each once. */
export class RunCreator {
  readonly #options: RunCreatorOptions;

  constructor(options: RunCreatorOptions) {
    this.#options = options;
  }

  methodOf({ config }: ExecutionSpec): BuildMethod {
    const method = this.#options.methods.get(config.method);
    if (!method) throw new Error(`No build method ${config.method}`);
    return method;
  }

  /** What was started before stands where it stands, whatever is configured now. */
  async create(spec: ExecutionSpec, signal: AbortSignal): Promise<CreatedRun> {
    if (spec.run?.namespace) return { namespace: spec.run.namespace };
    const method = this.methodOf(spec);
    const template = await this.#templateFor(spec, method);
    const namespace = tenantNamespace(
      spec.config.tenant,
      this.#options.settings.namespaces,
      template && podSecurityOf(template.pipeline),
    );
    if (spec.resumed && (await this.#isThere(spec, namespace, signal))) {
      return { namespace };
    }
    return {
      namespace,
      refused: await this.#create(spec, method, template, signal),
    };
  }

  /** A run for whose pods the cluster has nodes, as far as that is known before one is created. */
  async render(spec: ExecutionSpec, signal: AbortSignal): Promise<RenderedRun> {
    const method = this.methodOf(spec);
    const template = await this.#templateFor(spec, method);
    return this.#renderPlaced(spec, method, template, signal);
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

  async #isThere(
    spec: ExecutionSpec,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { client, kubernetes } = this.#options;
    if (namespace === undefined) return false;
    return isCreated({
      client: await client(),
      run: { name: spec.name, namespace },
      instance: kubernetes.instance,
      execution: spec,
      signal,
    });
  }

  /** @returns why there is no run, where there is none */
  async #create(
    spec: ExecutionSpec,
    method: BuildMethod,
    template: PipelineTemplate | undefined,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const { client, pace, random, logger } = this.#options;
    const rendered = await this.#renderPlaced(spec, method, template, signal);
    if (!rendered.ok) return rendered.failure;
    await pace.pass(signal);
    signal.throwIfAborted();
    const created = await createOrAdopt({
      client: await client(),
      pipelineRun: rendered.pipelineRun,
      random,
      logger,
      signal,
    });
    return created.ok ? undefined : created.failure;
  }

  async #renderPlaced(
    spec: ExecutionSpec,
    method: BuildMethod,
    template: PipelineTemplate | undefined,
    signal: AbortSignal,
  ): Promise<RenderedRun> {
    const { client, settings } = this.#options;
    const rendered = await this.#render(spec, method, template);
    const platforms = nativePlatformsOf(method, spec.config);
    if (!rendered.ok || !platforms) return rendered;
    const failure = await findMissingPools({
      client: await client(),
      settings,
      platforms,
      signal,
    });
    return failure ? { ok: false, failure } : rendered;
  }

  async #render(
    spec: ExecutionSpec,
    method: BuildMethod,
    template: PipelineTemplate | undefined,
  ): Promise<RenderedRun> {
    const { settings, kubernetes, checks, tektonVersion } = this.#options;
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
      tektonVersion: await tektonVersion(),
    });
  }
}
