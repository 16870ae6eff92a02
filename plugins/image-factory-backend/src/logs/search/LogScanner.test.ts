import fc from 'fast-check';
import { LogScanner, ScannedLine } from './LogScanner';
import { toPattern } from './searchPattern';
import { shownLines } from './shownText';

const EXCERPT = 1_000;
const BEFORE = 200;

/** Line by line over the whole, as slowly as it is plain. */
function searchNaively(
  log: Buffer,
  query: string,
  caseSensitive: boolean,
): ScannedLine[] {
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const found: ScannedLine[] = [];
  let offset = 0;
  let number = 1;
  while (offset < log.length) {
    const end = log.indexOf(10, offset);
    const bytes = log.subarray(offset, end < 0 ? log.length : end);
    const line = shownLines(bytes.toString());
    const starts: number[] = [];
    for (
      let at = fold(line).indexOf(fold(query));
      at >= 0;
      at = fold(line).indexOf(fold(query), at + query.length)
    ) {
      starts.push(at);
    }
    if (starts.length > 0) {
      const column =
        starts[0] + query.length <= EXCERPT ? 0 : starts[0] - BEFORE;
      found.push({
        line: number,
        offset,
        column,
        text: line.slice(column, column + EXCERPT),
        ranges: starts
          .map(start => start - column)
          .filter(start => start + query.length <= EXCERPT)
          .map(start => ({ start, end: start + query.length })),
        matches: starts.length,
      });
    }
    offset += bytes.length + 1;
    number += 1;
  }
  return found;
}

function scan(
  pieces: Buffer[],
  query: string,
  options: { caseSensitive?: boolean; longLineBytes?: number } = {},
): ScannedLine[] {
  const { caseSensitive = false, longLineBytes } = options;
  const scanner = LogScanner.create({
    pattern: toPattern(query, caseSensitive),
    from: { line: 1, offset: 0 },
    longLineBytes,
  });
  return [...pieces.flatMap(piece => scanner.push(piece)), ...scanner.end()];
}

const logText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        'A',
        'b',
        'ab',
        'ä',
        'Ä',
        '🐿',
        ' ',
        '\t',
        '\n',
        '\n',
        '\r',
        '\r\n',
        '\u0000',
        '\u001b[31m',
        '\u001b[0m',
        '\u001b[',
        '\u001b]0;ab\u0007',
        '\u001b]0;ab\u001b\\',
        '\u001b]ab',
        '\u001b',
        '\u0085',
      ),
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 5 }),
      fc.constant('x'.repeat(600)),
    ),
    { maxLength: 40 },
  )
  .map(parts => Buffer.from(parts.join('')));

const query = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'ä', '🐿', ' ', '.', '*'),
  minLength: 1,
  maxLength: 4,
});

function cutAt(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = cuts
    .map(cut => cut % (bytes.length + 1))
    .sort((one, other) => one - other);
  return [0, ...places].map((from, index) =>
    bytes.subarray(from, places[index] ?? bytes.length),
  );
}

describe('LogScanner', () => {
  it('finds what a search line by line finds, however the log is cut and however long a line may be held', () => {
    fc.assert(
      fc.property(
        logText,
        query,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom(0, 1, 3, 20, 700, undefined),
        (log, text, caseSensitive, cuts, longLineBytes) => {
          expect(
            scan(cutAt(log, cuts), text, { caseSensitive, longLineBytes }),
          ).toEqual(searchNaively(log, text, caseSensitive));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('finds a match, an escape and a character that a cut has split, in a line of any length', () => {
    const log = Buffer.from('one\n🐿\u001b[31mnee\u001b[0mdle🐿\r\nlast\n');
    for (let cut = 0; cut <= log.length; cut += 1) {
      for (const longLineBytes of [0, undefined]) {
        const found = scan(cutAt(log, [cut]), '🐿needle🐿', { longLineBytes });
        expect(found).toMatchObject([
          { line: 2, offset: 4, text: '🐿needle🐿', matches: 1 },
        ]);
      }
    }
  });

  it('finds the same in bytes that are no text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        fc.constantFrom(0, 5, undefined),
        (bytes, cuts, longLineBytes) => {
          const log = Buffer.from(bytes);
          expect(scan(cutAt(log, cuts), 'a', { longLineBytes })).toEqual(
            searchNaively(log, 'a', false),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the part around the first match of a line of 10 MiB, and counts all', () => {
    const filler = Buffer.alloc(5 * 1024 * 1024, 'x');
    const log = Buffer.concat([
      Buffer.from('first\n'),
      filler,
      Buffer.from('needle'),
      filler,
      Buffer.from('Needle and needle\nlast needle'),
    ]);
    const pieces: Buffer[] = [];
    for (let at = 0; at < log.length; at += 65_536) {
      pieces.push(log.subarray(at, at + 65_536));
    }
    const [long, last] = scan(pieces, 'needle');
    expect(long).toMatchObject({
      line: 2,
      offset: 6,
      column: filler.length - 200,
      ranges: [{ start: 200, end: 206 }],
      matches: 3,
    });
    expect(long.text).toHaveLength(1_000);
    expect(long.text.slice(198, 208)).toBe('xxneedlexx');
    expect(last).toMatchObject({
      line: 3,
      offset: log.length - 11,
      text: 'last needle',
    });
  });

  it('takes every character of the text literally', () => {
    const log = Buffer.from('a.c [x] (y) $^*+?|/\\ {1}\nabc\n');
    for (const text of ['a.c', '[x]', '(y)', '$^*+?|/\\', '{1}']) {
      expect(scan([log], text)).toMatchObject([{ line: 1, matches: 1 }]);
    }
  });

  it('searches a line in its last state, without colours', () => {
    const log = Buffer.from(
      'pull 10%\rpull 100%\r\n\u001b[31mERR\u001b[0mOR: no\n',
    );
    expect(scan([log], '10%')).toEqual([]);
    expect(scan([log], '100%')).toMatchObject([{ line: 1, text: 'pull 100%' }]);
    expect(scan([log], 'error')).toMatchObject([
      { line: 2, text: 'ERROR: no', ranges: [{ start: 0, end: 5 }] },
    ]);
  });

  it('tells letters apart only where it is asked to', () => {
    const log = Buffer.from('STRASSE Ärger\nstrasse ärger\n');
    const lines = (text: string, caseSensitive: boolean) =>
      scan([log], text, { caseSensitive }).map(({ line }) => line);
    expect(lines('ärger', false)).toEqual([1, 2]);
    expect(lines('ärger', true)).toEqual([2]);
  });
});
