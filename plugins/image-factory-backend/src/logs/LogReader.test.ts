import fc from 'fast-check';
import { Knex } from 'knex';
import { createTestDatabases, migrated } from '../__testUtils__/databases';
import { StoredLogs } from '../__testUtils__/StoredLogs';
import { LogStore } from '../database';
import { LogReader } from './LogReader';

jest.setTimeout(120_000);

const MOST_BYTES = 1024 * 1024;

describe('LogReader', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    let knex: Knex;
    let reader: LogReader;

    beforeAll(async () => {
      knex = await migrated(databases, databaseId);
      reader = LogReader.create({ store: LogStore.create({ knex }) });
    });

    async function stored(chunks: string[]): Promise<string> {
      const logs = await StoredLogs.create(knex);
      for (const chunk of chunks) await logs.append('build-image', chunk);
      const [step] = await logs.steps();
      return step.id;
    }

    it('begins at any line and ends after as many as are asked for, wherever chunks are cut', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.string({
              unit: fc.constantFrom('a', 'ä', '\n'),
              minLength: 1,
              maxLength: 8,
            }),
            { minLength: 1, maxLength: 8 },
          ),
          fc.integer({ min: 1, max: 4 }),
          async (chunks, maxLines) => {
            const stepId = await stored(chunks);
            const whole = chunks.join('');
            // With their ends, which the last one may lack.
            const lines = whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
            for (let line = 1; line <= lines.length; line += 1) {
              const offset = await reader.offsetOfLine(stepId, line);
              expect(offset).toBe(
                Buffer.byteLength(lines.slice(0, line - 1).join('')),
              );
              const range = await reader.read({
                stepId,
                offset,
                maxBytes: MOST_BYTES,
                maxLines,
                finished: true,
              });
              expect(range).toMatchObject({
                firstLine: line,
                text: lines.slice(line - 1, line - 1 + maxLines).join(''),
              });
            }
            expect(await reader.offsetOfLine(stepId, lines.length + 1)).toBe(
              Buffer.byteLength(whole),
            );
          },
        ),
        { numRuns: 30 },
      );
    });

    it('tells when the lines came, as far as that was kept', async () => {
      const before = Date.now();
      const stepId = await stored(['one\ntwo\nth', 'ree\nfour\n', 'five\n']);
      const read = (offset: number) =>
        reader.read({ stepId, offset, maxBytes: 1_024, finished: true });
      const { times } = await read(0);
      expect(times.map(({ line }) => line)).toEqual([1, 3, 5]);
      for (const { at } of times) {
        expect(at).toBe(new Date(at).toISOString());
        // The database has a clock of its own, which may be a little off.
        expect(Math.abs(Date.parse(at) - before)).toBeLessThan(60_000);
      }
      expect((await read(4)).times.map(({ line }) => line)).toEqual([2, 3, 5]);

      await knex('build_log_chunks')
        .where({ step_id: stepId, first_byte: 0 })
        .update({ recorded_at: null });
      expect((await read(0)).times.map(({ line }) => line)).toEqual([3, 5]);
    });

    it('reads one range of many small chunks', async () => {
      const chunks = Array.from({ length: 150 }, (_, index) => `${index}\n`);
      const stepId = await stored(chunks);
      const { text, nextOffset } = await reader.read({
        stepId,
        offset: 0,
        maxBytes: MOST_BYTES,
        finished: false,
      });
      expect(text).toBe(chunks.join(''));
      expect(nextOffset).toBe(text.length);
    });

    it('gives a whole log piece by piece, from any byte', async () => {
      const chunks = Array.from({ length: 40 }, (_, index) => `${index}äö\n`);
      const stepId = await stored(chunks);
      const whole = Buffer.from(chunks.join(''));
      for (const from of [0, 1, 77, whole.length]) {
        const parts: Buffer[] = [];
        const { signal } = new AbortController();
        for await (const part of reader.bytes(stepId, signal, from)) {
          parts.push(part);
        }
        expect(Buffer.concat(parts)).toEqual(whole.subarray(from));
      }
    });
  });
});
