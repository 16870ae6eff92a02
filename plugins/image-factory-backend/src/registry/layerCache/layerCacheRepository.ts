import {
  CompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { repositoryPart } from './repositoryPart';

/** What a placeholder is filled with, at its longest. */
export const MAX_PART_LENGTHS = { tenant: 50, namespace: 50, component: 80 };

/** Whose layers are cached. */
type LayerCacheOwner = {
  /** As in the configuration of a build, such as `group:default/payments`. */
  tenant: string;
  /** Of the component. */
  entityRef: string;
};

/**
 * Fills a template such as `registry.example.com/cache/{tenant}/{component}`.
 * `{tenant}` is the name of a group, and `{namespace}` its namespace in the
 * catalog, as in all other templates; a tenant that these do not tell from
 * others, as a user or a group of another namespace, has a hash beside it. No
 * two tenants have the same repository, and no two components of one that has
 * `{component}` in it.
 */
export function layerCacheRepository(
  template: string,
  { tenant, entityRef }: LayerCacheOwner,
): string {
  return template
    .replaceAll('{tenant}', tenantPart(template, tenant))
    .replaceAll('{namespace}', namespacePart(tenant))
    .replaceAll('{component}', componentPart(entityRef));
}

function tenantPart(template: string, tenant: string): string {
  const entity = parse(tenant);
  return repositoryPart(entity?.name ?? tenant, {
    maxLength: MAX_PART_LENGTHS.tenant,
    identity: identityOf(tenant, entity),
    isOnlyOne:
      entity?.kind === 'group' &&
      (entity.namespace === 'default' || template.includes('{namespace}')),
  });
}

function namespacePart(tenant: string): string {
  const namespace = parse(tenant)?.namespace ?? 'default';
  return repositoryPart(namespace, {
    maxLength: MAX_PART_LENGTHS.namespace,
    identity: namespace,
    isOnlyOne: true,
  });
}

function componentPart(entityRef: string): string {
  const entity = parse(entityRef);
  const parts = entity && [entity.kind, entity.namespace, entity.name];
  return repositoryPart(parts?.join('.') ?? entityRef, {
    maxLength: MAX_PART_LENGTHS.component,
    identity: identityOf(entityRef, entity),
    // Of a kind or a namespace with a dot in it nobody could tell where it ends.
    isOnlyOne:
      parts !== undefined &&
      parts.slice(0, 2).every(part => !part.includes('.')),
  });
}

function identityOf(ref: string, entity: CompoundEntityRef | undefined) {
  return entity ? stringifyEntityRef(entity) : ref;
}

/** In lower case, in which the catalog tells entities apart. Without a kind it is no entity: `default` is who has no owner. */
function parse(ref: string): CompoundEntityRef | undefined {
  try {
    return parseEntityRef(ref.toLowerCase());
  } catch {
    return undefined;
  }
}
