import * as fc from 'fast-check';
import { LogLayout } from './LogLayout';

const HEIGHT = 20;

/** The height of each line, by hand. */
function naively(options: Parameters<typeof LogLayout.create>[0]): number[] {
  return Array.from({ length: options.lineCount }, (_, line) => {
    if (options.hidden.some(({ from, to }) => line >= from && line < to)) {
      return 0;
    }
    const rows = options.wrapped.find(each => each.line === line)?.rows ?? 1;
    return rows * HEIGHT;
  });
}

const someLayout = fc
  .record({
    lineCount: fc.integer({ min: 0, max: 30 }),
    hiddenEnds: fc.uniqueArray(fc.integer({ min: 0, max: 32 }), {
      maxLength: 6,
    }),
    wrapped: fc.uniqueArray(
      fc.record({
        line: fc.integer({ min: 0, max: 32 }),
        rows: fc.integer({ min: 2, max: 4 }),
      }),
      { maxLength: 6, selector: ({ line }) => line },
    ),
  })
  .map(({ lineCount, hiddenEnds, wrapped }) => {
    const ends = hiddenEnds.sort((one, other) => one - other);
    const hidden = [];
    for (let index = 0; index + 1 < ends.length; index += 2) {
      hidden.push({ from: ends[index], to: ends[index + 1] });
    }
    return {
      lineCount,
      lineHeight: HEIGHT,
      hidden,
      wrapped: wrapped.sort((one, other) => one.line - other.line),
    };
  });

describe('LogLayout', () => {
  it('puts every line below those before it, whatever is folded or wrapped', () => {
    fc.assert(
      fc.property(someLayout, options => {
        const layout = LogLayout.create(options);
        const heights = naively(options);
        let top = 0;
        const places = heights.map((height, line) => {
          top += height;
          return { line, top: top - height, bottom: top };
        });
        expect(places.map(({ line }) => layout.topOf(line))).toEqual(
          places.map(place => place.top),
        );
        const shown = places.filter(place => place.bottom > place.top);
        const expected = shown.map(({ line }) => line);
        expect(shown.map(place => layout.lineAt(place.top))).toEqual(expected);
        expect(shown.map(place => layout.lineAt(place.bottom - 1))).toEqual(
          expected,
        );
        expect(layout.height).toBe(top);
      }),
      { numRuns: 300 },
    );
  });

  it('tells which lines stand between two places', () => {
    fc.assert(
      fc.property(
        someLayout,
        fc.integer({ min: -50, max: 800 }),
        fc.integer({ min: 1, max: 300 }),
        (options, from, size) => {
          const to = from + size;
          let top = 0;
          const expected = naively(options).flatMap((height, line) => {
            const begin = top;
            top += height;
            return height > 0 && begin < to && top > from ? [line] : [];
          });
          const layout = LogLayout.create(options);
          expect(layout.linesBetween(from, to)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('knows where the last of ten million lines stands', () => {
    const layout = LogLayout.create({
      lineCount: 10_000_000,
      lineHeight: HEIGHT,
      hidden: [{ from: 5, to: 10 }],
      wrapped: [{ line: 20, rows: 3 }],
    });
    expect(layout.topOf(9_999_999)).toBe((9_999_999 - 5 + 2) * HEIGHT);
    expect(layout.lineAt(layout.height - 1)).toBe(9_999_999);
  });
});
