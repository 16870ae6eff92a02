import { InputError } from '@backstage/errors';
import { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  BuildList,
  BuildSort,
  BuildStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildFilter } from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { applyBuildFilter } from './applyBuildFilter';
import { JoinedBuildRow, selectBuilds, toBuild } from './buildRows';
import { toIso } from './engine';

/** Which builds, in which order, and which page of them. */
export type BuildQuery = {
  entityRef?: string;
  imageName?: string;
  status?: BuildStatus[];
  method?: string;
  createdBy?: string;
  sort?: BuildSort;
  limit?: number;
  cursor?: string;
  /** Only what a policy grants: to all else it is as if it were not there. */
  granted?: PermissionCriteria<BuildFilter>;
};

const DEFAULT_LIMIT = 20;
const COUNT_CAP = 10_000;

const SORT_COLUMNS = { createdAt: 'created_at', number: 'number' } as const;

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type CursorContent = { sort: BuildSort; value: string | number; id: string };

function encodeCursor(content: CursorContent): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

function decodeCursor(cursor: string, sort: BuildSort): CursorContent {
  try {
    const content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const valid = sort.endsWith('number')
      ? Number.isSafeInteger(content.value)
      : typeof content.value === 'string' && ISO_TIME.test(content.value);
    if (content.sort === sort && UUID.test(content.id) && valid) {
      return content;
    }
  } catch {
    // told below
  }
  throw new InputError(
    'The cursor is not one that this list has given for this sort. Start again without a cursor.',
  );
}

function applyFilters(query: Knex.QueryBuilder, filter: BuildQuery): void {
  const equal: [string, string | undefined][] = [
    ['builds.entity_ref', filter.entityRef],
    ['builds.image_name', filter.imageName],
    ['builds.method', filter.method],
    ['builds.created_by', filter.createdBy],
  ];
  for (const [column, value] of equal) {
    if (value === undefined) continue;
    // PostgreSQL takes no such text, and no build can have it.
    if (value.includes('\0')) {
      throw new InputError(
        'A filter has a NUL character in it, which nothing can have. Take it out.',
      );
    }
    query.where(column, value);
  }
  if (filter.status?.length) {
    query.whereIn('builds.status', filter.status);
  }
  if (filter.granted) applyBuildFilter(query, filter.granted);
}

/**
 * One page of builds. Pages follow a key, not an offset, so that builds which
 * arrive meanwhile neither repeat nor hide one.
 *
 * @throws InputError for a cursor that is not of this list
 */
export async function listBuilds(
  knex: Knex,
  filter: BuildQuery,
): Promise<BuildList> {
  const sort = filter.sort ?? '-createdAt';
  const limit = filter.limit ?? DEFAULT_LIMIT;
  const descending = sort.startsWith('-');
  const field = sort.replace('-', '') as keyof typeof SORT_COLUMNS;
  const column = `builds.${SORT_COLUMNS[field]}`;
  const direction = descending ? 'desc' : 'asc';

  const page = selectBuilds(knex)
    .orderBy(column, direction)
    .orderBy('builds.id', direction)
    .limit(limit + 1);
  applyFilters(page, filter);
  if (filter.cursor) {
    const { value, id } = decodeCursor(filter.cursor, sort);
    page.whereRaw(`(??, ??) ${descending ? '<' : '>'} (?, ?)`, [
      column,
      'builds.id',
      value,
      id,
    ]);
  }

  const matching = knex('builds')
    .select(knex.raw('1'))
    .limit(COUNT_CAP)
    .as('matching');
  applyFilters(matching, filter);

  const rows: JoinedBuildRow[] = await page;
  const [{ count }] = await knex.from(matching).count({ count: '*' });

  const items = rows.slice(0, limit);
  const last = items[items.length - 1];
  return {
    items: items.map(toBuild),
    totalItems: Number(count),
    nextCursor:
      rows.length > limit && last
        ? encodeCursor({
            sort,
            id: last.id,
            value: field === 'number' ? last.number : toIso(last.created_at),
          })
        : undefined,
  };
}
