import { parseEntityRef } from '@backstage/catalog-model';

/** What the repositories of a tenant begin with, or why it has none. */
export type FilledTenantPrefix =
  | { ok: true; prefix: string }
  | { ok: false; problem: string };

/**
 * Puts the tenant into a template such as `{tenant}/`: `{tenant}` is the name of
 * its entity and `{namespace}` that entity's namespace, both in lower case.
 */
export function fillTenantPrefix(
  template: string,
  tenant: string,
): FilledTenantPrefix {
  if (!/\{(tenant|namespace)\}/.test(template)) {
    return { ok: true, prefix: template };
  }
  const entity = parseTenant(tenant);
  if (!entity) {
    return {
      ok: false,
      problem: `The tenant "${tenant}" is no entity of the catalog, and repositories begin with the name of one here ("${template}"). Set spec.owner in the component's catalog-info.yaml.`,
    };
  }
  return {
    ok: true,
    prefix: template
      .replaceAll('{tenant}', entity.name.toLowerCase())
      .replaceAll('{namespace}', entity.namespace.toLowerCase()),
  };
}

/** Without a kind it is no entity: `default` is who has no owner. */
function parseTenant(tenant: string) {
  try {
    return parseEntityRef(tenant);
  } catch {
    return undefined;
  }
}
