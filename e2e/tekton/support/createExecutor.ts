import { LoggerService } from '@backstage/backend-plugin-api';
import { readFileSync } from 'node:fs';
import { BuildMethod } from '../../../plugins/image-factory-node/src';
import { CheckSettings } from '../../../plugins/image-factory-backend/src/checks';
import { KubernetesSettings } from '../../../plugins/image-factory-backend/src/clusters';
import { TektonExecutor } from '../../../plugins/image-factory-backend/src/executors/tekton';
import { MethodRegistry } from '../../../plugins/image-factory-backend/src/methods';
import {
  ImagePusher,
  RegistrySettings,
} from '../../../plugins/image-factory-backend/src/registry';
import { Cluster } from '../../cluster/Cluster';
import { memoryBlobs } from './memoryBlobs';
import { bundledTemplates } from './bundledTemplates';
import { GIT_SECRET, PULL_SECRET, REGISTRY_SECRET, TENANT } from './tenant';

const quietLogger: LoggerService = {
  child: () => quietLogger,
  debug: () => undefined,
  info: () => undefined,
  warn: message => console.warn(message),
  error: message => console.error(message),
};

/** What an operator may have set otherwise, or wrongly. */
export type OperatorSettings = {
  settings?: Partial<KubernetesSettings['clusters'][number]>;
  stepImages?: Record<string, string>;
  registries?: RegistrySettings[];
  /** None unless told otherwise: they take time, and few tests are about them. */
  checks?: CheckSettings;
};

/** A real executor on the cluster, as the account that the portal has there. */
export function createExecutor(
  options: OperatorSettings & {
    cluster: Cluster;
    instance: string;
    methods: BuildMethod[];
  },
): TektonExecutor {
  const { cluster, instance, settings, stepImages, registries, checks } =
    options;
  const { description, local } = cluster;
  const { registry, git, images } = local;
  const methods = new MethodRegistry();
  options.methods.forEach(method => methods.register(method));
  return TektonExecutor.create({
    settings: {
      name: 'test',
      title: 'Test cluster',
      access: {
        type: 'kubeconfig',
        file: description.dispatcherKubeconfig!,
      },
      maxRunning: 10,
      createsPerSecond: 10,
      namespaces: {
        relaxedByTenant: {},
        byTenant: { [TENANT]: description.namespaces.tenants[TENANT] },
        rule: undefined,
      },
      serviceAccount: 'image-builds',
      gitSecrets: [{ host: new URL(git.url).host, secret: GIT_SECRET }],
      registrySecrets: [{ host: registry.address, secret: REGISTRY_SECRET }],
      pullSecret: PULL_SECRET,
      layerCache: undefined,
      pendingTimeoutSeconds: 120,
      placement: { nodeSelector: {}, tolerations: [], resources: undefined },
      nativePlatforms: [],
      workspaceVolume: undefined,
      keepFinishedMs: 0,
      links: [],
      ...settings,
    },
    kubernetes: { instance, stepImages: stepImages ?? images },
    methods,
    templates: bundledTemplates,
    checks: checks ?? { sbom: 'never', scan: 'never' },
    pusher: ImagePusher.create({
      registries: registries ?? [registrySettings(cluster)],
      environment: {},
      now: () => new Date(),
      random: Math.random,
    }),
    blobs: memoryBlobs(),
    logger: quietLogger,
    onSecret: () => () => undefined,
    // There is no database; its namespaces are configured.
    recentTenants: async () => [],
    now: () => new Date(),
    steady: () => performance.now(),
    random: Math.random,
  });
}

/** How an operator names the registry of the cluster. */
export function registrySettings(cluster: Cluster): RegistrySettings {
  const { address, username, password, caFile } = cluster.local.registry;
  return {
    host: address,
    login: { username, password },
    ca: readFileSync(caFile, 'utf8'),
    pullCredentials: false,
  };
}
