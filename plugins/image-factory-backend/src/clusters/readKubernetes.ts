import { Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { resolve } from 'node:path';
import {
  ClusterAccess,
  ClusterSettings,
  HostSecret,
  KubernetesSettings,
} from './ClusterSettings';
import { readLinks } from './linkTemplates';
import { readNamespaces } from './readNamespaces';
import { readPlacement } from './readPlacement';
import { readTexts } from './readTexts';
import { readWorkspaceVolume } from './readWorkspaceVolume';

const FIELD = 'imageFactory.executors.kubernetes';
/** Of a URL or of an image: a name or an address, with a port where it is not the usual one. */
const HOST = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/;
/** What the ids of executors and the values of labels may be. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOUR_MS = 3_600_000;
/** Means the executor on the portal's own machine, or any. */
const TAKEN = ['local', 'auto', 'kubernetes'];

/**
 * Reads `imageFactory.executors.kubernetes`.
 *
 * @throws Error that says what is wrong and what to write instead
 */
export function readKubernetes(config: Config | undefined): KubernetesSettings {
  const clusters = (config?.getOptionalConfigArray('clusters') ?? []).map(
    readCluster,
  );
  const twice = clusters.find(
    ({ name }, index) =>
      clusters.findIndex(other => other.name === name) !== index,
  );
  if (twice) {
    throw new Error(
      `${FIELD}.clusters names "${twice.name}" twice. Give one of them another name.`,
    );
  }
  const instance = config?.getOptionalString('instance') ?? 'default';
  checkName(instance, `${FIELD}.instance`);
  return {
    clusters,
    instance,
    stepImages: readTexts(config, 'stepImages', FIELD) ?? {},
  };
}

function readCluster(config: Config): ClusterSettings {
  const name = config.getString('name');
  checkName(name, `${FIELD}.clusters: the name`);
  if (TAKEN.includes(name)) {
    throw new Error(
      `${FIELD}.clusters: the name "${name}" has a meaning of its own. Choose another one.`,
    );
  }
  return {
    name,
    title: config.getOptionalString('title') ?? name,
    access: readAccess(name, config),
    maxRunning: readMaxRunning(name, config),
    createsPerSecond: positive(name, config, 'createsPerSecond', 1),
    namespaces: {
      ...readNamespaces(config, `${FIELD}.clusters: ${name}`),
      rule: readNamespaceRule(name, config),
    },
    serviceAccount:
      config.getOptionalString('serviceAccount') ?? 'image-builds',
    gitSecrets: readSecrets(config, 'gitSecrets').map(each => ({
      ...each,
      // As URLs have it.
      host: each.host.replace(/:443$/, ''),
    })),
    registrySecrets: readSecrets(config, 'registrySecrets'),
    pullSecret: config.getOptionalString('pullSecret'),
    layerCache: config.getOptionalString('cache.repository'),
    pendingTimeoutSeconds: readPendingTimeout(name, config),
    placement: readPlacement(config, `${FIELD}.clusters: ${name}`),
    nativePlatforms: readNativePlatforms(name, config),
    workspaceVolume: readWorkspaceVolume(config, `${FIELD}.clusters: ${name}`),
    keepFinishedMs: config.has('keepFinished')
      ? durationToMilliseconds(
          readDurationFromConfig(config, { key: 'keepFinished' }),
        )
      : HOUR_MS,
    links: readLinks(config, `${FIELD}.clusters: ${name}`),
  };
}

function readAccess(name: string, config: Config): ClusterAccess {
  const kubeconfig = config.getOptionalString('kubeconfig');
  const url = config.getOptionalString('url');
  const inCluster = config.getOptionalBoolean('inCluster') ?? false;
  const given = [kubeconfig !== undefined, url !== undefined, inCluster];
  if (given.filter(Boolean).length !== 1) {
    throw new Error(
      `${FIELD}.clusters: "${name}" needs exactly one of kubeconfig, url and inCluster to be reached by.`,
    );
  }
  if (kubeconfig !== undefined) {
    return {
      type: 'kubeconfig',
      file: resolve(kubeconfig),
      context: config.getOptionalString('context'),
    };
  }
  if (inCluster) return { type: 'in-cluster' };
  const caFile = config.getOptionalString('caFile');
  return {
    type: 'token',
    url: url!,
    token: config.getString('serviceAccountToken'),
    caData: config.getOptionalString('caData'),
    caFile: caFile === undefined ? undefined : resolve(caFile),
  };
}

/** Once each, and something between them that ends the one in front. */
const RULE =
  /^[^{}]*(?:\{tenant\}|\{namespace\}-[^{}]*\{tenant\}|\{tenant\}[^{}]*-\{namespace\})[^{}]*$/;

function readNamespaceRule(name: string, config: Config): string | undefined {
  const rule = config.getOptionalString('namespaceRule');
  if (rule !== undefined && !RULE.test(rule)) {
    throw new Error(
      `${FIELD}.clusters: by the namespaceRule "${rule}" of "${name}" several tenants would share a namespace, and its logins. Write it with {tenant}, or with {namespace} and {tenant} and a "-" between them, such as "image-builds-{tenant}".`,
    );
  }
  return rule;
}

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

function readNativePlatforms(name: string, config: Config): string[] {
  const platforms = config.getOptionalStringArray('nativePlatforms') ?? [];
  const wrong = platforms.find(platform => !PLATFORM.test(platform));
  if (wrong !== undefined) {
    throw new Error(
      `${FIELD}.clusters: nativePlatforms of "${name}" has "${wrong}", which is no platform. Write it as linux/arm64.`,
    );
  }
  return platforms;
}

function readSecrets(config: Config, key: string): HostSecret[] {
  return (config.getOptionalConfigArray(key) ?? []).map(each => ({
    host: checkedHost(each.getString('host').toLowerCase(), key),
    secret: each.getString('secret'),
  }));
}

function checkedHost(host: string, key: string): string {
  if (HOST.test(host)) return host;
  throw new Error(
    `${FIELD}.clusters: "${host}" in ${key} is not a host. Write it without a scheme and without a path, such as "git.example.com" or "git.example.com:8443".`,
  );
}

function checkName(name: string, what: string): void {
  if (!NAME.test(name)) {
    throw new Error(
      `${what} "${name}" may have lower-case letters, digits and "-" only, and 63 of them at most. Correct it in app-config.yaml.`,
    );
  }
}

function readMaxRunning(name: string, config: Config): number {
  const value = positive(name, config, 'maxRunning', 100);
  if (!Number.isInteger(value)) {
    throw new Error(
      `${FIELD}.clusters: maxRunning of "${name}" is ${value}, and builds are counted in whole numbers. Correct it in app-config.yaml.`,
    );
  }
  return value;
}

/** Kubernetes and Tekton count such times in whole seconds. */
function readPendingTimeout(name: string, config: Config): number {
  if (!config.has('pendingTimeout')) return 30 * 60;
  const milliseconds = durationToMilliseconds(
    readDurationFromConfig(config, { key: 'pendingTimeout' }),
  );
  if (!(milliseconds >= 1000) || milliseconds % 1000 !== 0) {
    throw new Error(
      `${FIELD}.clusters: pendingTimeout of "${name}" is ${
        milliseconds / 1000
      } s, but it has to be a whole number of seconds above 0. Correct it in app-config.yaml.`,
    );
  }
  return milliseconds / 1000;
}

function positive(
  name: string,
  config: Config,
  key: string,
  fallback: number,
): number {
  const value = config.getOptionalNumber(key) ?? fallback;
  if (!(value > 0)) {
    throw new Error(
      `${FIELD}.clusters: ${key} of "${name}" is ${value}, but it has to be above 0. Correct it in app-config.yaml.`,
    );
  }
  return value;
}
