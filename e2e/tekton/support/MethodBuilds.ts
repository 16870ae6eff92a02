import {
  BuildMethod,
  ExecutionSpec,
} from '../../../plugins/image-factory-node/src';
import { CollectedRun } from '../../../plugins/image-factory-node/src/testUtils';
import { CheckSettings } from '../../../plugins/image-factory-backend/src/checks';
import { TektonExecutor } from '../../../plugins/image-factory-backend/src/executors/tekton';
import { withBundledTemplates } from '../../../plugins/image-factory-backend/src/withBundledTemplates';
import { Cluster } from '../../cluster/Cluster';
import { OperatorSettings, createExecutor } from './createExecutor';
import { DockerBuilds, WantedBuild } from './DockerBuilds';
import { FollowedRun } from './FollowedRun';
import { TENANT } from './tenant';

/** Builds by the default template of any method that builds from a Dockerfile, in a namespace that the test chooses. */
export class MethodBuilds {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly executor: TektonExecutor;
  readonly #method: BuildMethod;
  readonly #docker: DockerBuilds;

  static async create(options: {
    cluster: Cluster;
    method: BuildMethod;
    /** That of the tenant unless told otherwise. */
    namespace?: string;
    stepImages?: Record<string, string>;
    checks?: CheckSettings;
    settings?: OperatorSettings['settings'];
    /** The text of a template in the place of the default one. */
    template?: string;
  }): Promise<MethodBuilds> {
    const docker = await DockerBuilds.create(options.cluster);
    const { namespace = docker.namespace } = options;
    return new MethodBuilds({ ...options, namespace, docker });
  }

  private constructor(options: {
    cluster: Cluster;
    method: BuildMethod;
    namespace: string;
    stepImages?: Record<string, string>;
    checks?: CheckSettings;
    settings?: OperatorSettings['settings'];
    template?: string;
    docker: DockerBuilds;
  }) {
    const { cluster, method, namespace, stepImages, checks, docker } = options;
    const { template } = options;
    this.cluster = cluster;
    this.namespace = namespace;
    this.#method = method;
    this.#docker = docker;
    this.executor = createExecutor({
      cluster,
      instance: docker.instance,
      methods: [
        template
          ? { ...method, pipelineTemplates: [{ yaml: template }] }
          : withBundledTemplates(method),
      ],
      settings: {
        namespaces: {
          byTenant: { [TENANT]: namespace },
          relaxedByTenant: { [TENANT]: namespace },
          rule: undefined,
        },
        ...options.settings,
      },
      stepImages: { ...cluster.local.images, ...stepImages },
      checks,
    });
  }

  async spec(wanted: WantedBuild): Promise<ExecutionSpec> {
    const spec = await this.#docker.spec(wanted);
    return {
      ...spec,
      name: spec.name.replace(/^docker-/, `${this.#method.id}-`),
      config: { ...spec.config, method: this.#method.id },
    };
  }

  /** Runs a build to its end. */
  async run(spec: ExecutionSpec): Promise<CollectedRun> {
    const followed = await FollowedRun.start(this.executor, spec);
    await followed.outcome();
    return followed.collected;
  }

  async dispose(): Promise<void> {
    await this.executor.stop();
    await this.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${this.namespace}`,
      `--selector=image-factory.io/instance=${this.#docker.instance}`,
    ]);
    await this.#docker.dispose();
  }
}
