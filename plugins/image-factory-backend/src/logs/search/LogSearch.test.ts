import { InputError } from '@backstage/errors';
import { LogMatch } from '@image-factory/backstage-plugin-image-factory-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTestDatabases, migrated } from '../../__testUtils__/databases';
import { StoredLogs } from '../../__testUtils__/StoredLogs';
import { LogStore } from '../../database';
import { LogReader } from '../LogReader';
import { LogQuery, LogSearch } from './LogSearch';

jest.setTimeout(120_000);

/** A clock by which every slice takes too long, so that the search always makes way. */
function slowClock() {
  let now = 0;
  return () => {
    now += 1_000;
    return now;
  };
}

describe('LogSearch', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    let knex: Knex;

    beforeAll(async () => {
      knex = await migrated(databases, databaseId);
    });

    function searchWith(mostBytes?: number) {
      return LogSearch.create({
        reader: LogReader.create({ store: LogStore.create({ knex }) }),
        steady: slowClock(),
        mostBytes,
      });
    }

    /** Page by page until there is none. */
    async function searchAll(
      search: LogSearch,
      query: Omit<LogQuery, 'cursor'>,
    ): Promise<LogMatch[]> {
      const { signal } = new AbortController();
      const items: LogMatch[] = [];
      let cursor: string | undefined;
      do {
        const page = await search.search({ ...query, cursor }, signal);
        expect(page.items.length).toBeLessThanOrEqual(query.limit);
        items.push(...page.items);
        expect(page.nextCursor).not.toBe(cursor ?? '');
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return items;
    }

    it('finds every line once, over chunks, steps and pages, whatever a request may search', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.tuple(
              fc.constantFrom('clone-repo', 'build-image'),
              fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\n') }),
            ),
            { minLength: 1, maxLength: 12 },
          ),
          fc.string({
            unit: fc.constantFrom('a', 'b', 'ä'),
            minLength: 1,
            maxLength: 2,
          }),
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(1, 10, undefined),
          async (writes, text, limit, mostBytes) => {
            const logs = await StoredLogs.create(knex);
            const whole = new Map<string, string>();
            for (const [step, written] of writes) {
              await logs.append(step, written);
              whole.set(step, (whole.get(step) ?? '') + written);
            }
            const steps = await logs.steps();
            const expected = steps.flatMap(({ name }) =>
              whole
                .get(name)!
                .split('\n')
                .flatMap((line, index) =>
                  line.includes(text) ? [`${name}:${index + 1}: ${line}`] : [],
                ),
            );
            const found = await searchAll(searchWith(mostBytes), {
              steps,
              text,
              caseSensitive: true,
              limit,
            });
            expect(
              found.map(({ step, line, text: shown }) => {
                return `${step}:${line}: ${shown}`;
              }),
            ).toEqual(expected);
            for (const { step, offset, text: shown } of found) {
              const bytes = Buffer.from(whole.get(step)!).subarray(offset);
              expect(bytes.toString().split('\n')[0]).toBe(shown);
            }
          },
        ),
        { numRuns: 40 },
      );
    });

    it('stops where a request has searched enough, and tells where to go on', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('build-image', 'nothing\n'.repeat(20_000));
      await logs.append('build-image', 'nothing\n'.repeat(20_000));
      await logs.append('build-image', 'needle\n');
      const steps = await logs.steps();
      const search = searchWith(160_000);
      const query = { steps, text: 'needle', caseSensitive: false, limit: 10 };
      const { signal } = new AbortController();
      const first = await search.search(query, signal);
      expect(first.items).toEqual([]);
      expect(first.searchedBytes).toBeLessThan(320_000);
      expect(first.nextCursor).toBeDefined();
      expect(await searchAll(search, query)).toMatchObject([
        { line: 40_001, offset: 320_000 },
      ]);
    });

    it('searches a long line to its end, though a request has searched enough', async () => {
      const logs = await StoredLogs.create(knex);
      for (let count = 0; count < 40; count++) {
        await logs.append('build-image', Buffer.alloc(256 * 1024, 'x'));
      }
      await logs.append('build-image', 'needle\n');
      const steps = await logs.steps();
      const { signal } = new AbortController();
      const found = await searchWith(1).search(
        { steps, text: 'xneedle', caseSensitive: false, limit: 10 },
        signal,
      );
      expect(found).toMatchObject({
        items: [{ line: 1, offset: 0, matches: 1 }],
      });
    });

    it('lets other work through, and stops when nobody waits for the answer', async () => {
      const logs = await StoredLogs.create(knex);
      for (let count = 0; count < 20; count++) {
        await logs.append('build-image', 'nothing\n'.repeat(32 * 1024));
      }
      const steps = await logs.steps();
      const abort = new AbortController();
      const searching = searchWith().search(
        { steps, text: 'needle', caseSensitive: false, limit: 10 },
        abort.signal,
      );
      let turns = 0;
      while (turns < 5) {
        await nextTurn();
        turns += 1;
      }
      abort.abort();
      const { searchedBytes, nextCursor } = await searching;
      expect(searchedBytes).toBeLessThan(20 * 256 * 1024);
      expect(nextCursor).toBeUndefined();
    });

    it('refuses a cursor that is none, and says what to send', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('build-image', 'one\n');
      const steps = await logs.steps();
      const { signal } = new AbortController();
      for (const cursor of [
        'nonsense',
        Buffer.from('["push-image",1,0]').toString('base64url'),
        Buffer.from('["build-image",0,-1]').toString('base64url'),
        Buffer.from('{}').toString('base64url'),
      ]) {
        const refused = searchWith().search(
          { steps, text: 'one', caseSensitive: false, limit: 10, cursor },
          signal,
        );
        await expect(refused).rejects.toThrow(InputError);
        await expect(refused).rejects.toThrow(/send a nextCursor/);
      }
    });

    it('finds nothing where there are no steps', async () => {
      const { signal } = new AbortController();
      expect(
        await searchWith().search(
          { steps: [], text: 'one', caseSensitive: false, limit: 10 },
          signal,
        ),
      ).toEqual({ items: [], searchedBytes: 0 });
    });
  });
});
