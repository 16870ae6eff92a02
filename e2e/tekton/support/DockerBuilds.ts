import { randomUUID } from 'node:crypto';
import { JsonObject } from '@backstage/types';
import { ExecutionSpec } from '../../../plugins/image-factory-node/src';
import { CollectedRun } from '../../../plugins/image-factory-node/src/testUtils';
import { GitRepository } from '../../../plugins/image-factory-backend/src/__testUtils__/GitRepository';
import { TektonExecutor } from '../../../plugins/image-factory-backend/src/executors/tekton';
import { dockerMethod } from '../../../plugins/image-factory-backend/src/methods';
import { withBundledTemplates } from '../../../plugins/image-factory-backend/src/withBundledTemplates';
import { Cluster } from '../../cluster/Cluster';
import { createExecutor } from './createExecutor';
import { createRepository } from './createRepository';
import { TENANT, prepareTenant } from './tenant';

/** A build of the docker method that a test wants. */
export type WantedBuild = {
  files?: Record<string, string | Buffer>;
  repository?: GitRepository;
  parameters?: JsonObject;
  tags?: string[];
  timeoutSeconds?: number;
  path?: string;
};

/** Builds by the default template of the docker method, from private repositories into a private registry. */
export class DockerBuilds {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly executor: TektonExecutor;
  readonly instance = `test-${randomUUID().slice(0, 8)}`;

  static async create(cluster: Cluster): Promise<DockerBuilds> {
    return new DockerBuilds(cluster, await prepareTenant(cluster));
  }

  private constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.executor = this.another();
  }

  /** An executor as another replica of the same portal would have one. */
  another(): TektonExecutor {
    return createExecutor({
      cluster: this.cluster,
      instance: this.instance,
      methods: [withBundledTemplates(dockerMethod)],
    });
  }

  async spec(wanted: WantedBuild): Promise<ExecutionSpec> {
    const { git, registry } = this.cluster.local;
    const buildId = randomUUID();
    const repository =
      wanted.repository ??
      (await createRepository(git, `e2e/${buildId}`, wanted.files ?? {}));
    return {
      name: `docker-${buildId.replaceAll('-', '')}-1`,
      executionId: randomUUID(),
      buildId,
      attempt: 1,
      buildNumber: 1,
      requestedBy: 'user:default/guest',
      config: {
        entityRef: 'component:default/site',
        imageName: 'default',
        tenant: TENANT,
        method: 'docker',
        infrastructure: 'kubernetes',
        source: {
          type: 'git',
          repository: `${repository.url}.git`,
          ref: 'main',
          commit: await repository.hash('main'),
          path: wanted.path ?? '',
          credentials: 'host',
        },
        image: {
          reference: `${registry.address}/e2e/${buildId}:1`,
          tags: wanted.tags ?? [],
          delivery: 'push',
        },
        parameters: wanted.parameters ?? {},
        platforms: [],
        timeoutSeconds: wanted.timeoutSeconds ?? 120,
      },
    };
  }

  /** Runs a build to its end. */
  async run(spec: ExecutionSpec): Promise<CollectedRun> {
    const { signal } = new AbortController();
    const run = await this.executor.start(spec, signal);
    const collected = new CollectedRun();
    for await (const update of this.executor.collect(run, undefined, signal)) {
      collected.add(update);
    }
    return collected;
  }

  async dispose(): Promise<void> {
    await this.executor.stop();
    await this.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${this.namespace}`,
      `--selector=image-factory.io/instance=${this.instance}`,
    ]);
  }
}
