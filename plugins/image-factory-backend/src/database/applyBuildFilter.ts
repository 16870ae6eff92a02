import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { BuildFilter } from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';

const COLUMNS: Record<Exclude<BuildFilter['key'], 'entityOwner'>, string> = {
  createdBy: 'builds.created_by',
  tenant: 'builds.tenant',
  method: 'builds.method',
};

/**
 * Leaves of a query on builds only those that a policy grants. Whatever it
 * says, rules say the same of one build that is loaded.
 */
export function applyBuildFilter(
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<BuildFilter>,
): void {
  if ('allOf' in criteria) {
    query.where(all => {
      // With nothing to meet there is nothing that is not met.
      all.whereRaw('1 = 1');
      for (const child of criteria.allOf) {
        all.andWhere(each => applyBuildFilter(each, child));
      }
    });
  } else if ('anyOf' in criteria) {
    query.where(any => {
      any.whereRaw('1 = 0');
      for (const child of criteria.anyOf) {
        any.orWhere(each => applyBuildFilter(each, child));
      }
    });
  } else if ('not' in criteria) {
    query.whereNot(none => applyBuildFilter(none, criteria.not));
  } else {
    applyOne(query, criteria);
  }
}

function applyOne(query: Knex.QueryBuilder, filter: BuildFilter): void {
  // PostgreSQL takes no text with a NUL, and nothing stored has one.
  const values = filter.values.filter(value => !value.includes('\0'));
  if (filter.key !== 'entityOwner') {
    query.whereIn(COLUMNS[filter.key], values);
    return;
  }
  query.whereExists(owner =>
    owner
      .select('entity_owners.owner_ref')
      .from('entity_owners')
      .whereRaw('entity_owners.entity_ref = builds.entity_ref')
      .whereIn('entity_owners.owner_ref', values),
  );
}
