import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { createTestDatabases, migrated } from '../__testUtils__/databases';
import { StoredLogs } from '../__testUtils__/StoredLogs';
import { BuildStore, ExecutionStore, LogStore, StepStore } from '../database';
import { LogFollower } from './LogFollower';
import { LogHints } from './LogHints';
import { LogReader } from './LogReader';

jest.setTimeout(60_000);

describe('LogFollower', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    let knex: Knex;
    const hints = LogHints.create();

    beforeAll(async () => {
      knex = await migrated(databases, databaseId);
    });

    function follow(
      logs: StoredLogs,
      options: { offset?: number; signal?: AbortSignal; attempt?: number } = {},
    ) {
      const follower = LogFollower.create({
        builds: BuildStore.create({ knex }),
        steps: StepStore.create({ knex }),
        reader: LogReader.create({ store: LogStore.create({ knex }) }),
        hints,
      });
      return follower
        .follow({
          buildId: logs.buildId,
          attempt: 1,
          step: 'build-image',
          offset: 0,
          signal: new AbortController().signal,
          ...options,
        })
        [Symbol.asyncIterator]();
    }

    async function rest(
      iterator: AsyncIterator<LogRange>,
    ): Promise<LogRange[]> {
      const ranges: LogRange[] = [];
      for (
        let next = await iterator.next();
        !next.done;
        next = await iterator.next()
      ) {
        ranges.push(next.value);
      }
      return ranges;
    }

    it('gives what is there, then what comes, and ends with the step', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('build-image', 'one\n');
      const ranges = follow(logs);
      expect((await ranges.next()).value).toMatchObject({
        step: 'build-image',
        attempt: 1,
        offset: 0,
        nextOffset: 4,
        firstLine: 1,
        text: 'one\n',
        totalBytes: 4,
        complete: false,
      });
      const second = ranges.next();
      await logs.append('build-image', 'two\n');
      hints.tell(logs.buildId);
      expect((await second).value).toMatchObject({
        offset: 4,
        firstLine: 2,
        text: 'two\n',
      });
      const end = ranges.next();
      await logs.end('build-image');
      hints.tell(logs.buildId);
      expect(await end).toEqual({ done: true, value: undefined });
    });

    it('sees what another replica writes, without a hint', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('build-image', 'one\n');
      const ranges = follow(logs, { offset: 4 });
      const next = ranges.next();
      await logs.append('build-image', 'two\n');
      expect((await next).value).toMatchObject({ text: 'two\n' });
      await ranges.return?.();
    });

    it('waits for a step that has not come yet', async () => {
      const logs = await StoredLogs.create(knex);
      const ranges = follow(logs);
      const next = ranges.next();
      await logs.append('build-image', 'at last\n', 'completed');
      hints.tell(logs.buildId);
      expect((await next).value).toMatchObject({
        text: 'at last\n',
        complete: true,
      });
      expect(await rest(ranges)).toEqual([]);
    });

    it('ends where the build is over and the step never ran', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('clone-repo', 'cloning\n');
      const ranges = rest(follow(logs));
      await ExecutionStore.create({ knex }).finish(logs.fence, {
        status: 'failed',
        failure: { class: 'user', message: 'No.' },
      });
      hints.tell(logs.buildId);
      expect(await ranges).toEqual([]);
    });

    it('reads a long log range by range, each only when it is asked for', async () => {
      const logs = await StoredLogs.create(knex);
      const text = 'zwölf Boxkämpfer 🐿\n'.repeat(30_000);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 100_003) {
        await logs.append('build-image', bytes.subarray(at, at + 100_003));
      }
      await logs.end('build-image');
      const ranges = await rest(follow(logs));
      expect(ranges.map(range => range.text).join('')).toBe(text);
      for (const range of ranges) {
        expect(range.nextOffset - range.offset).toBeLessThanOrEqual(256 * 1024);
      }
    });

    it('holds back a character whose rest has not come, and gives it as it is where it never comes', async () => {
      const logs = await StoredLogs.create(knex);
      await logs.append('build-image', Buffer.from('a🐿').subarray(0, 3));
      const ranges = follow(logs);
      expect((await ranges.next()).value).toMatchObject({
        text: 'a',
        nextOffset: 1,
      });
      const next = ranges.next();
      await logs.end('build-image');
      hints.tell(logs.buildId);
      expect((await next).value).toMatchObject({
        text: '\ufffd',
        nextOffset: 3,
        complete: true,
      });
      expect(await rest(ranges)).toEqual([]);
    });

    it('ends at once when nobody reads any more', async () => {
      const logs = await StoredLogs.create(knex);
      const abort = new AbortController();
      const waiting = rest(follow(logs, { signal: abort.signal }));
      abort.abort();
      expect(await waiting).toEqual([]);
    });
  });
});
