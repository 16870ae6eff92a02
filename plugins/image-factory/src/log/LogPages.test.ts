import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { BLOCK_LINES, LogBuffer, MOST_BLOCKS } from './LogBuffer';
import { LogPages, LogPagesOptions } from './LogPages';

type Range = Parameters<LogPagesOptions['read']>[0];

const LINES = BLOCK_LINES * 200;

/** A log whose lines say which they are; `at` gives the bytes from a place on. */
const log = Array.from({ length: LINES }, (_, index) => `line ${index + 1}\n`);
const whole = log.join('');

function answer(range: Range, mostBytes = 1024 * 1024): LogRange {
  const offset =
    'line' in range
      ? log.slice(0, range.line - 1).join('').length
      : range.offset;
  const rest = whole.slice(offset, offset + mostBytes);
  const cut = rest.split('\n').slice(0, range.maxLines);
  const text =
    cut.length < range.maxLines || rest.split('\n').length <= range.maxLines
      ? rest
      : `${cut.join('\n')}\n`;
  return {
    step: 'build-image',
    attempt: 1,
    offset,
    nextOffset: offset + text.length,
    firstLine: 1,
    times: [],
    text,
    totalBytes: whole.length,
    complete: true,
  };
}

function setUp(
  options: { mostBytes?: number; read?: LogPagesOptions['read'] } = {},
) {
  const buffer = LogBuffer.create({ firstBlock: 199 });
  buffer.append(log.slice(199 * BLOCK_LINES).join(''));
  const asked: Range[] = [];
  let changed = () => {};
  const pages = LogPages.create({
    buffer,
    read: async range => {
      asked.push(range);
      return options.read
        ? options.read(range)
        : answer(range, options.mostBytes);
    },
    wait: async () => {},
    pause: () => 0,
    onChange: () => changed(),
  });
  /** Until these lines are at hand. */
  const have = (from: number, to: number) =>
    new Promise<void>(resolve => {
      changed = () => {
        if (buffer.missing(from, to).length === 0) resolve();
      };
      pages.want(from, to);
      changed();
    });
  return { buffer, pages, asked, have };
}

describe('LogPages', () => {
  it('fetches the lines that are looked at, wherever they are, and first those in view', async () => {
    const { buffer, asked, have } = setUp();
    expect(buffer.line(50_000)).toBeUndefined();
    await have(50_000, 50_040);
    expect(buffer.line(50_000)?.text).toBe('line 50001');
    expect(asked[0]).toMatchObject({
      line: Math.floor(50_000 / BLOCK_LINES) * BLOCK_LINES + 1,
      maxLines: BLOCK_LINES,
    });
    expect(buffer.lineCount).toBe(LINES);
  });

  it('puts a block together from answers that are shorter than it', async () => {
    const { buffer, have } = setUp({ mostBytes: 1_000 });
    await have(0, 10);
    const texts = Array.from(
      { length: BLOCK_LINES },
      (_, index) => buffer.line(index)?.text,
    );
    expect(texts).toEqual(
      log.slice(0, BLOCK_LINES).map(line => line.trimEnd()),
    );
  });

  it('keeps only so many lines, those near the view', async () => {
    const { buffer, have } = setUp();
    for (let block = 0; block < MOST_BLOCKS * 2; block += 1) {
      await have(block * BLOCK_LINES, (block + 1) * BLOCK_LINES);
    }
    expect(buffer.loadedBlocks().length).toBeLessThanOrEqual(MOST_BLOCKS + 1);
    expect(buffer.line(0)).toBeUndefined();
    expect(buffer.line((MOST_BLOCKS * 2 - 1) * BLOCK_LINES)).toBeDefined();
    await have(0, 10);
    expect(buffer.line(0)?.text).toBe('line 1');
  });

  it('gives up what nobody looks at any more', async () => {
    const signals: AbortSignal[] = [];
    const { pages } = setUp({
      read: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    pages.want(0, 10);
    pages.want(60_000, 60_010);
    expect(signals[0].aborted).toBe(true);
    expect(signals.at(-1)?.aborted).toBe(false);
    pages.close();
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('tries again what could not be read', async () => {
    let failures = 3;
    const { buffer, have } = setUp({
      read: async range => {
        failures -= 1;
        if (failures >= 0) throw new Error('connection reset');
        return answer(range);
      },
    });
    await have(1_000, 1_010);
    expect(buffer.line(1_000)?.text).toBe('line 1001');
  });

  it('takes up the colours of the lines before, where they are at hand', async () => {
    const ESC = '\u001b';
    const buffer = LogBuffer.create({ firstBlock: 2 });
    buffer.put(
      0,
      Array.from({ length: BLOCK_LINES }, () => ({
        style: '',
        text: `${ESC}[31mred`,
        omitted: 0,
      })),
    );
    expect(buffer.styleBefore(1)).toBe(`${ESC}[31m`);
    expect(buffer.styleBefore(2)).toBe('');
  });
});
