import { randomUUID } from 'node:crypto';
import { Cluster } from '../../cluster/Cluster';
import { applyTenant } from './applyTenant';
import { OperatorSettings } from './createExecutor';
import { TENANT } from './tenant';

/** A namespace of one test, made as an operator makes one, whose limits others do not meet. */
export class TenantNamespace {
  readonly name: string;
  readonly #cluster: Cluster;

  static async create(
    cluster: Cluster,
    podSecurity: 'baseline' | 'privileged' = 'baseline',
  ): Promise<TenantNamespace> {
    const name = `image-builds-${randomUUID().slice(0, 8)}`;
    await applyTenant(cluster, name, podSecurity);
    return new TenantNamespace(cluster, name);
  }

  private constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  /** Changes what the quota of the namespace allows. */
  async allow(hard: Record<string, string>): Promise<void> {
    await this.#cluster.kubectl.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'image-builds', namespace: this.name },
        spec: { hard },
      }),
    );
  }

  async names(kind: string): Promise<string[]> {
    const { items } = await this.#cluster.kubectl.get<{
      items: { metadata: { name: string } }[];
    }>(kind, `--namespace=${this.name}`);
    return items.map(({ metadata }) => metadata.name);
  }

  async dispose(): Promise<void> {
    const { kubectl } = this.#cluster;
    await kubectl.run(['delete', 'namespace', '--wait=false', this.name]);
  }
}

/** Has the tenant of the tests build in another namespace. */
export function buildsIn(namespace: string): {
  namespaces: NonNullable<OperatorSettings['settings']>['namespaces'];
} {
  return {
    namespaces: {
      byTenant: { [TENANT]: namespace },
      relaxedByTenant: {},
      rule: undefined,
    },
  };
}
