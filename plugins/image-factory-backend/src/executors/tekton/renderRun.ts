import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildConfig,
  BuildMethod,
  ExecutionSpec,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ClusterSettings, KubernetesSettings } from '../../clusters';
import {
  findLayerCacheConflict,
  layerCacheRepository,
  parseImageReference,
} from '../../registry';
import {
  PipelineRun,
  PipelineTemplate,
  RenderInput,
  podSecurityOf,
  renderPipelineRun,
} from '../../templates';
import { noPlace } from './explainNoPlace';
import { findSecret } from './findSecret';
import { tenantNamespace } from './tenantNamespace';

/** A run that can be created, or why there can be none. */
export type RenderedRun =
  | { ok: true; namespace: string; pipelineRun: PipelineRun }
  | { ok: false; failure: Failure };

/** Makes the PipelineRun of an attempt: from the build's config, its template, its tenant and what the operator has set. */
export function renderRun(options: {
  spec: ExecutionSpec;
  method: BuildMethod;
  template: PipelineTemplate;
  settings: ClusterSettings;
  kubernetes: Omit<KubernetesSettings, 'clusters'>;
  checks: RenderInput['checks'];
  tektonVersion: string;
}): RenderedRun {
  const { spec, method, template, settings, kubernetes, checks } = options;
  const { tektonVersion } = options;
  const { config } = spec;
  const podSecurity = podSecurityOf(template.pipeline);
  const namespace = tenantNamespace(
    config.tenant,
    settings.namespaces,
    podSecurity,
  );
  if (namespace === undefined) {
    const { message, hint } = noPlace({
      tenant: config.tenant,
      method: method.id,
      podSecurity,
      settings,
    });
    return refuse(message, hint);
  }
  if (config.source.type !== 'git') {
    return refuse(
      'A cluster cannot read sources in a directory of the portal.',
      'Build from a git repository, or on the executor local.',
      'user',
    );
  }
  const image = parseImageReference(config.image.reference);
  if (config.image.delivery !== 'push' || !image.ok || !image.reference.host) {
    return refuse(
      `An image that is built on a cluster has to be pushed, and ${config.image.reference} names no registry.`,
      'Annotate the component with a reference that begins with the host of a registry, or build on the executor local.',
      'user',
    );
  }
  const { host, repository, tag } = image.reference;
  const { layerCache } = settings;
  const conflict = findLayerCacheConflict(image.reference, {
    layerCaches: layerCache === undefined ? [] : [layerCache],
    tenant: config.tenant,
  });
  if (conflict !== undefined) {
    return refuse(conflict, 'Build again with such a reference.');
  }
  const rendered = renderPipelineRun({
    template,
    run: {
      name: spec.name,
      namespace,
      instance: kubernetes.instance,
      buildId: spec.buildId,
      executionId: spec.executionId,
      attempt: spec.attempt,
      number: spec.buildNumber,
    },
    build: {
      entityRef: config.entityRef,
      requester: spec.requestedBy,
      tenant: config.tenant,
      method: config.method,
      imageName: config.imageName,
    },
    parameters: method.pipelineParameters?.(config) ?? {},
    source: {
      repository: config.source.repository,
      commit: config.source.commit,
      ref: config.source.ref,
      path: config.source.path,
    },
    image: {
      repository: `${host}/${repository}`,
      tags: [...new Set([...(tag ? [tag] : []), ...config.image.tags])],
      reference: config.image.reference,
    },
    platforms: config.platforms,
    nativePlatforms: nativePlatformsOf(method, config),
    checks,
    stepImages: kubernetes.stepImages,
    serviceAccountName: settings.serviceAccount,
    secrets: {
      git: findSecret(settings.gitSecrets, hostOf(config.source.repository)),
      gitWithoutLogin: config.source.credentials !== 'host',
      registry: findSecret(settings.registrySecrets, host),
      pull: settings.pullSecret,
    },
    timeouts: {
      buildSeconds: config.timeoutSeconds,
      pendingSeconds: settings.pendingTimeoutSeconds,
    },
    placement: {
      nodeSelector: settings.placement.nodeSelector,
      tolerations: settings.placement.tolerations,
      avoidNodes: spec.avoidNodes,
    },
    resources: settings.placement.resources,
    cache:
      layerCache === undefined
        ? undefined
        : { repository: layerCacheRepository(layerCache, config) },
    workspaceVolume: settings.workspaceVolume,
    cluster: { tektonVersion },
  });
  if ('problems' in rendered) {
    return refuse(
      rendered.problems.map(({ message }) => message).join(' '),
      'Correct the build, or let a portal admin correct the configuration of the cluster.',
    );
  }
  return { ok: true, namespace, pipelineRun: rendered.pipelineRun };
}

/** The platforms that are each built on nodes of their own; undefined where one pod builds all that are asked for. */
export function nativePlatformsOf(
  method: BuildMethod,
  config: BuildConfig,
): string[] | undefined {
  const { platforms, platformStrategy } = method.needs(config);
  return platformStrategy === 'native' ? platforms : undefined;
}

function hostOf(repository: string): string | undefined {
  return URL.canParse(repository) ? new URL(repository).host : undefined;
}

/** @param by - whose it is to do what the hint says */
function refuse(
  message: string,
  hint: string,
  by: 'template' | 'user' = 'template',
): RenderedRun {
  return { ok: false, failure: { class: by, message, hint } };
}
