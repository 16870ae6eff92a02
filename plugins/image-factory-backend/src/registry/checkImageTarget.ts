import { formatImageReference } from './formatImageReference';
import { findLayerCacheConflict } from './layerCache';
import { ImageReference } from './parseImageReference';
import { RegistrySettings } from './RegistrySettings';
import { fillTenantPrefix } from './tenantPrefix';

/** What becomes of an image of a reference, or why it is refused. */
export type ImageTargetCheck =
  | { delivery: 'export' }
  | { delivery: 'push' }
  | { problem: string };

/**
 * Decides whether an image is exported or pushed. Without a host it is
 * exported; a host must be one that the operator has named, and the repository
 * must begin as the operator allows it to the tenant, and not be among those of
 * a layer cache.
 */
export function checkImageTarget(
  reference: ImageReference,
  options: { registries: RegistrySettings[]; tenant: string },
): ImageTargetCheck {
  if (reference.digest !== undefined) {
    return {
      problem: `"${formatImageReference(
        reference,
      )}" names a digest, which is known only once the image is built. Write it without "@${
        reference.digest
      }".`,
    };
  }
  if (reference.host === undefined) {
    return { delivery: 'export' };
  }
  const { registries, tenant } = options;
  const registry = registries.find(({ host }) => host === reference.host);
  if (!registry) {
    return { problem: describeUnknownHost(reference, registries) };
  }
  const problem =
    findPrefixProblem(reference, registry, tenant) ??
    findLayerCacheConflict(reference, {
      layerCaches: registry.layerCaches ?? [],
      tenant,
    });
  return problem === undefined ? { delivery: 'push' } : { problem };
}

function describeUnknownHost(
  reference: ImageReference,
  registries: RegistrySettings[],
): string {
  const allowed =
    registries.length > 0
      ? `Allowed are: ${registries.map(({ host }) => host).join(', ')}.`
      : 'This portal pushes to no registry.';
  const exported = formatImageReference({ ...reference, host: undefined });
  return `Images may not be pushed to "${reference.host}". ${allowed} A reference without a host, such as "${exported}", is exported as an archive to download.`;
}

function findPrefixProblem(
  reference: ImageReference,
  registry: RegistrySettings,
  tenant: string,
): string | undefined {
  if (registry.tenantPrefix === undefined) {
    return undefined;
  }
  const filled = fillTenantPrefix(registry.tenantPrefix, tenant);
  if (!filled.ok) {
    return filled.problem;
  }
  const { host, repository } = reference;
  if (repository.startsWith(filled.prefix)) {
    return undefined;
  }
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  return `The repositories of ${tenant} on "${host}" begin with "${filled.prefix}", and "${repository}" does not. Write "${host}/${filled.prefix}${last}".`;
}
