import { RootConfigService } from '@backstage/backend-plugin-api';
import { Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { resolve } from 'node:path';
import { CheckSettings, readChecks } from './checks';
import { KubernetesSettings, readKubernetes } from './clusters';
import { PlanLimits, TenantLimits } from './planner';
import { checkLayerCache, readRegistries, RegistrySettings } from './registry';
import { GitHostConfig } from './sources';

/** `imageFactory` of the app-config, read once and with its defaults. See config.d.ts for what each field means. */
export type ImageFactoryConfig = {
  dataDirectory: string;
  defaultInfrastructure: string;
  maxAttempts: number;
  defaultTimeoutSeconds: number;
  maxTimeoutSeconds: number;
  sourceDirectories: { name: string; path: string }[];
  maxSourceBytes: number;
  git: {
    hosts: GitHostConfig[];
    /** How long the fetch of a source may take. */
    timeoutMilliseconds: number;
  };
  registries: RegistrySettings[];
  checks: CheckSettings;
  limits: PlanLimits;
  /** Whether only members of a tenant have builds run for it. */
  requireTenantMembership: boolean;
  kubernetes: KubernetesSettings;
  local: {
    enabled: boolean;
    maxRunning: number;
    toolOrder: string[];
    toolPaths: Record<string, string>;
    environment: string[];
    /** How long running builds may go on once the portal is to stop; 0 hands them back at once. */
    finishWithinMs: number;
  };
};

const GIBIBYTE = 1024 ** 3;
const LONGEST_MS = 24 * 24 * 3_600_000;

/** @throws Error that names the field and what it may be */
export function readImageFactoryConfig(
  root: RootConfigService,
): ImageFactoryConfig {
  const config = root.getOptionalConfig('imageFactory');
  const local = config?.getOptionalConfig('executors.local');
  const maxTimeoutSeconds = seconds(config, 'builds.maxTimeout', 4 * 3600);
  const toolPaths = local?.getOptionalConfig('toolPaths');
  const kubernetes = readKubernetes(
    config?.getOptionalConfig('executors.kubernetes'),
  );
  return {
    dataDirectory: resolve(
      config?.getOptionalString('dataDirectory') ?? 'image-factory-data',
    ),
    defaultInfrastructure:
      config?.getOptionalString('builds.infrastructure') ?? 'auto',
    maxAttempts: positive(config, 'builds.maxAttempts', 3),
    maxTimeoutSeconds,
    defaultTimeoutSeconds: Math.min(
      seconds(config, 'builds.timeout', 3600),
      maxTimeoutSeconds,
    ),
    sourceDirectories: (
      config?.getOptionalConfigArray('sources.directories') ?? []
    ).map(directory => ({
      name: directory.getString('name'),
      path: resolve(directory.getString('path')),
    })),
    maxSourceBytes: positive(config, 'sources.maxBytes', 2 * GIBIBYTE),
    git: {
      hosts: (config?.getOptionalConfigArray('sources.git.hosts') ?? []).map(
        readGitHost,
      ),
      timeoutMilliseconds: seconds(config, 'sources.git.timeout', 600) * 1000,
    },
    registries: withLayerCaches(
      readRegistries(config?.getOptionalConfigArray('registries') ?? []),
      kubernetes,
    ),
    checks: readChecks(config?.getOptionalConfig('checks')),
    limits: readLimits(config?.getOptionalConfig('limits')),
    requireTenantMembership:
      config?.getOptionalBoolean('tenants.requireMembership') ?? true,
    kubernetes,
    local: {
      enabled: local?.getOptionalBoolean('enabled') ?? true,
      maxRunning: positive(local, 'maxRunning', 2),
      toolOrder: local?.getOptionalStringArray('toolOrder') ?? [
        'docker',
        'podman',
        'buildah',
      ],
      toolPaths: Object.fromEntries(
        (toolPaths?.keys() ?? []).map(name => [
          name,
          toolPaths!.getString(name),
        ]),
      ),
      environment: local?.getOptionalStringArray('environment') ?? [],
      finishWithinMs: readFinishWithin(local),
    },
  };
}

/** No image may be where the layers of others are taken from, whichever executor pushes it. */
function withLayerCaches(
  registries: RegistrySettings[],
  { clusters }: KubernetesSettings,
): RegistrySettings[] {
  const layerCaches = clusters.flatMap(({ name, layerCache }) => {
    if (layerCache === undefined) return [];
    const problem = checkLayerCache(layerCache);
    if (problem === undefined) return [layerCache];
    throw new Error(
      `imageFactory.executors.kubernetes.clusters: the cache.repository "${layerCache}" of "${name}" ${problem}`,
    );
  });
  return registries.map(registry => ({ ...registry, layerCaches }));
}

function readGitHost(config: Config): GitHostConfig {
  const caFile = config.getOptionalString('caFile');
  return {
    host: config.getString('host'),
    username: config.getOptionalString('username'),
    password: config.getOptionalString('password'),
    caFile: caFile === undefined ? undefined : resolve(caFile),
  };
}

function readLimits(config: Config | undefined): PlanLimits {
  const defaultTenant = readTenant(config?.getOptionalConfig('defaultTenant'), {
    maxRunning: 10,
    weight: 1,
  });
  const tenants = config?.getOptionalConfigArray('tenants') ?? [];
  return {
    maxRunning: positive(config, 'maxRunning', 100),
    defaultTenant,
    tenants: Object.fromEntries(
      tenants.map(tenant => [
        tenant.getString('name'),
        readTenant(tenant, defaultTenant),
      ]),
    ),
    promoteAfterMs: seconds(config, 'promoteAfter', 10 * 60) * 1000,
    batch: 5,
  };
}

function readTenant(
  config: Config | undefined,
  defaults: TenantLimits,
): TenantLimits {
  return {
    maxRunning: positive(config, 'maxRunning', defaults.maxRunning),
    weight: positive(config, 'weight', defaults.weight),
  };
}

function readFinishWithin(local: Config | undefined): number {
  const key = 'finishWithin';
  if (!local?.has(key)) return 0;
  const value = durationToMilliseconds(readDurationFromConfig(local, { key }));
  assertCountable(value, `executors.local.${key}`);
  return value;
}

function positive(
  config: Config | undefined,
  key: string,
  fallback: number,
): number {
  const value = config?.getOptionalNumber(key) ?? fallback;
  if (!(value > 0)) {
    throw new Error(
      `imageFactory: ${key} is ${value}, but it has to be above 0. Correct it in app-config.yaml.`,
    );
  }
  return value;
}

function seconds(
  config: Config | undefined,
  key: string,
  fallback: number,
): number {
  if (!config?.has(key)) return fallback;
  const value = durationToMilliseconds(readDurationFromConfig(config, { key }));
  if (!(value >= 1000)) {
    throw new Error(
      `imageFactory: ${key} has to be at least one second, such as { minutes: 30 }. Correct it in app-config.yaml.`,
    );
  }
  assertCountable(value, key);
  return Math.round(value / 1000);
}

/** A timer of Node that is set for 25 days or more fires at once. */
function assertCountable(milliseconds: number, key: string): void {
  if (milliseconds > LONGEST_MS) {
    throw new Error(
      `imageFactory: ${key} is longer than 24 days, which is the longest that can be waited for. Give a shorter one, such as { hours: 4 }, in app-config.yaml.`,
    );
  }
}
