import * as fc from 'fast-check';
import { parseLine, styleAfter } from './style';

const ESC = '\u001b';
const sequence = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 109 }).map(String),
      fc.integer({ min: 0, max: 255 }).map(index => `38;5;${index}`),
      fc
        .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
        .map(rgb => `48;2;${rgb.join(';')}`),
    ),
    { maxLength: 4 },
  )
  .map(codes => `${ESC}[${codes.join(';')}m`);

describe('styleAfter', () => {
  it('brings about the style in which the text ended', () => {
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 8 }), sequences => {
        const text = sequences.join('word');
        const [direct] = parseLine('', `${text}!`).slice(-1);
        const [carried] = parseLine(styleAfter('', text), '!');
        expect({ ...carried, value: '!' }).toEqual({ ...direct, value: '!' });
      }),
      { numRuns: 500 },
    );
  });

  it('does not grow with a log that changes colours and never resets', () => {
    let style = '';
    for (let index = 0; index < 1000; index += 1) {
      style = styleAfter(style, `${ESC}[1m${ESC}[3${index % 8}mword${ESC}[39m`);
    }
    expect(style).toBe(`${ESC}[1m`);
  });
});

describe('parseLine', () => {
  it('knows the 256 colours', () => {
    expect(parseLine('', `${ESC}[38;5;208morange`)).toMatchObject([
      { value: 'orange', foreground: { type: 'table', index: 208 } },
    ]);
  });

  it('takes an empty colour sequence for a reset', () => {
    expect(parseLine('', `${ESC}[31mred${ESC}[mplain`)).toMatchObject([
      { value: 'red' },
      { value: 'plain', foreground: null },
    ]);
  });

  it('strips titles, links and cursor movements with all that belongs to them', () => {
    const text = [
      `${ESC}]0;a title\u0007`,
      `${ESC}]8;;https://example.com${ESC}\\link${ESC}]8;;${ESC}\\`,
      `${ESC}[2K${ESC}[10;5H${ESC}[?25l`,
      `${ESC}(B${ESC}=`,
    ].join('|');
    const shown = parseLine('', text).map(token => token.value);
    expect(shown.join('')).toBe('|link||');
  });
});
