import { mockServices } from '@backstage/backend-test-utils';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { ClusterSettings } from '../../../clusters';
import { ScriptedApiServer } from '../../../clusters/__testUtils__/ScriptedApiServer';
import { MethodRegistry } from '../../../methods';
import { bundledTemplate } from '../../../templates/__testUtils__/bundledTemplate';
import { TektonCluster } from '../TektonCluster';
import { TektonExecutor, TektonExecutorOptions } from '../TektonExecutor';

/** A real executor of a cluster that answers as a script says. It is asked about builds, and starts none. */
export function createTekton(
  server: ScriptedApiServer,
  options: Partial<TektonExecutorOptions> & {
    namespaces?: Partial<ClusterSettings['namespaces']>;
  } = {},
): TektonExecutor {
  const { namespaces, ...rest } = options;
  // Jest cannot load the library that reads logins, an ES module.
  const client = server.client();
  jest.spyOn(TektonCluster.prototype, 'client').mockResolvedValue(client);
  return TektonExecutor.create({
    settings: {
      name: 'prod',
      title: 'Production',
      access: {
        type: 'token',
        url: server.url,
        token: 'a-token-of-the-portal',
      },
      maxRunning: 100,
      createsPerSecond: 1,
      keepFinishedMs: 3_600_000,
      namespaces: {
        byTenant: {},
        relaxedByTenant: {},
        rule: undefined,
        ...namespaces,
      },
    } as ClusterSettings,
    kubernetes: { instance: 'test', stepImages: {} },
    methods: new MethodRegistry(),
    templates: {
      defaultOf: async ({ id }: BuildMethod) => bundledTemplate(id),
      pinned: async () => undefined,
    },
    checks: { sbom: 'never', scan: 'never' },
    pusher: undefined as never,
    blobs: undefined as never,
    logger: mockServices.logger.mock(),
    onSecret: () => () => undefined,
    recentTenants: async () => [],
    now: () => new Date('2026-11-01T12:00:00.000Z'),
    steady: () => performance.now(),
    random: () => 0.5,
    ...rest,
  });
}
