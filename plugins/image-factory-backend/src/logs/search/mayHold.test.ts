import fc from 'fast-check';
import { mayHold } from './mayHold';
import { toPattern } from './searchPattern';
import { shownLines } from './shownText';

const lines = fc
  .array(
    fc.constantFrom(
      ...['a', 'b', 'k', 'K', 's', 'ä', 'Ä', '🐿', '\t', '\n', '\r'],
      ...['\u212a', '\u017f', '\u0000', '\u007f', '\u0085', '\u00c2'],
      ...['\u001b[31m', '\u001b[', '\u001b', '\u001b]0;a\u0007', '\u001b]a'],
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));
const query = fc.string({
  unit: fc.constantFrom('a', 'B', 'k', 'K', 's', 'ä', '\u212a', '\u017f'),
  minLength: 1,
  maxLength: 3,
});

describe('mayHold', () => {
  it('passes by no line that shows the text', () => {
    fc.assert(
      fc.property(lines, query, fc.boolean(), (text, wanted, isExact) => {
        const { expression } = toPattern(wanted, isExact);
        fc.pre(expression.test(shownLines(text)));
        expect(mayHold(wanted, isExact)(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('passes by lines that do not, coloured ones too', () => {
    const bytes = Buffer.from('one\n\u001b[32mtwo\u001b[0m three\nvièrzig\n');
    for (const wanted of ['four', 'TWO', 'twothree', 'vierzig', 'äfour'])
      expect(mayHold(wanted, true)(bytes)).toBe(false);
    expect(mayHold('TWO THREE', false)(bytes)).toBe(true);
    expect(mayHold('four', false)(bytes)).toBe(false);
  });
});
