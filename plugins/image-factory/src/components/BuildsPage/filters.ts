import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  BuildStatus,
  ListBuilds,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildOrder } from '../BuildTable';

/** In the order of a build's life. */
export const BUILD_STATUSES: BuildStatus[] = [
  'pending',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
];

/** What the list is narrowed to, its order, and which page of it is shown. */
export type BuildFilterState = {
  /** As typed: a name, or kind:namespace/name. */
  entity: string;
  status: BuildStatus[];
  method: string | undefined;
  mine: boolean;
  order: BuildOrder;
  cursor: string | undefined;
};

/** Reads filters from an address; what it does not know it leaves out. */
export function fromSearch(search: URLSearchParams): BuildFilterState {
  return {
    entity: search.get('entity') ?? '',
    status: BUILD_STATUSES.filter(status =>
      search.getAll('status').includes(status),
    ),
    method: search.get('method') ?? undefined,
    mine: search.get('mine') === 'true',
    order: search.get('sort') === 'createdAt' ? 'createdAt' : '-createdAt',
    cursor: search.get('cursor') ?? undefined,
  };
}

/** Writes filters to an address; defaults are left out. */
export function toSearch(filters: BuildFilterState): URLSearchParams {
  const search = new URLSearchParams();
  if (filters.entity) {
    search.set('entity', filters.entity);
  }
  for (const status of filters.status) {
    search.append('status', status);
  }
  if (filters.method) {
    search.set('method', filters.method);
  }
  if (filters.mine) {
    search.set('mine', 'true');
  }
  if (filters.order !== '-createdAt') {
    search.set('sort', filters.order);
  }
  if (filters.cursor) {
    search.set('cursor', filters.cursor);
  }
  return search;
}

/**
 * The query that filters stand for, or why they stand for none: a text that is
 * no entity, or a reader who is not known yet. Neither may be left out of the
 * query, which would then name everybody's builds.
 */
export function toQuery(
  filters: BuildFilterState,
  userEntityRef: string | undefined,
):
  | { type: 'query'; query: ListBuilds['query'] }
  | { type: 'invalid'; text: string }
  | { type: 'reader-unknown' } {
  const entityRef = toEntityRef(filters.entity.trim());
  if (entityRef === 'invalid') {
    return { type: 'invalid', text: filters.entity };
  }
  if (filters.mine && userEntityRef === undefined) {
    return { type: 'reader-unknown' };
  }
  return {
    type: 'query',
    query: {
      entityRef,
      status: filters.status.length > 0 ? filters.status : undefined,
      method: filters.method,
      createdBy: filters.mine ? userEntityRef : undefined,
      sort: filters.order,
      cursor: filters.cursor,
    },
  };
}

function toEntityRef(text: string): string | undefined | 'invalid' {
  if (!text) {
    return undefined;
  }
  try {
    return stringifyEntityRef(
      parseEntityRef(text, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      }),
    );
  } catch {
    return 'invalid';
  }
}
