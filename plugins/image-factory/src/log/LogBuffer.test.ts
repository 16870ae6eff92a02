import * as fc from 'fast-check';
import { MAX_LINE_LENGTH } from './LineCutter';
import { LogBuffer } from './LogBuffer';
import { parseLine } from './style';

const ESC = '\u001b';

/** Text as tools write it: words, line ends of all kinds, colours, other sequences, halves of either. */
const logText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        `${ESC}[31m`,
        `${ESC}[1;38;5;208m`,
        `${ESC}[48;2;10;20;30m`,
        `${ESC}[0m`,
        `${ESC}[m`,
        `${ESC}[2K`,
        `${ESC}[1A`,
        `${ESC}]0;title\u0007`,
        `${ESC}[`,
        ESC,
        'building 12%',
        '\t',
      ),
    ),
    { maxLength: 60 },
  )
  .map(parts => parts.join(''));

function read(pieces: string[]) {
  const buffer = LogBuffer.create();
  for (const piece of pieces) {
    buffer.append(piece);
  }
  return Array.from({ length: buffer.lineCount }, (_, index) => {
    const line = buffer.line(index);
    return line && parseLine(line.style, line.text);
  });
}

function texts(...pieces: string[]) {
  return read(pieces).map(tokens => tokens?.map(token => token.value).join(''));
}

describe('LogBuffer', () => {
  it('gives the same lines wherever the text is cut into pieces', () => {
    fc.assert(
      fc.property(
        logText,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (text, cuts) => {
          const places = cuts
            .map(cut => Math.floor(cut * text.length))
            .sort((a, b) => a - b);
          const pieces = [0, ...places].map((from, index) =>
            text.slice(from, places[index] ?? text.length),
          );
          expect(read(pieces)).toEqual(read([text]));
          expect(read([...text])).toEqual(read([text]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows no control character but the tab, whatever a tool writes', () => {
    fc.assert(
      fc.property(logText, text => {
        const shown = texts(text).join('');
        const controls = [...shown].filter(character => {
          const code = character.charCodeAt(0);
          return (
            (code < 0x20 && character !== '\t') || (code >= 0x7f && code < 0xa0)
          );
        });
        expect(controls).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('counts as many lines as there are line feeds, and the unfinished one', () => {
    expect(texts('one\ntwo\nthree')).toEqual(['one', 'two', 'three']);
    expect(texts('one\n\nthree\n')).toEqual(['one', '', 'three']);
    expect(texts('')).toEqual([]);
  });

  it('keeps the last state of a progress line that overwrites itself', () => {
    expect(texts('pull 10%\rpull 60%\rpull 100%\ndone')).toEqual([
      'pull 100%',
      'done',
    ]);
  });

  it('shows a progress line while nothing has followed its carriage return', () => {
    expect(texts('pull 10%\r')).toEqual(['pull 10%']);
  });

  it('takes a carriage return before a line feed for a line end', () => {
    expect(texts('one\r', '\ntwo\r\n')).toEqual(['one', 'two']);
  });

  it('carries a colour over to the lines that follow until it is reset', () => {
    const [first, second, third] = read([
      `${ESC}[31mred\nstill red${ESC}[0m plain\nplain`,
    ]);
    expect(first?.[0]).toMatchObject({ foreground: { name: 'red' } });
    expect(second?.[0]).toMatchObject({ foreground: { name: 'red' } });
    expect(second?.[1]).toMatchObject({ value: ' plain', foreground: null });
    expect(third?.[0]).toMatchObject({ foreground: null });
  });

  it('keeps the colours of an overwritten state of a line', () => {
    const [line] = read([`${ESC}[32m10%\r20%\n`]);
    expect(line).toMatchObject([
      { value: '20%', foreground: { name: 'green' } },
    ]);
  });

  it('cuts a line that would stall the browser and goes on with the next', () => {
    const buffer = LogBuffer.create();
    buffer.append('x'.repeat(MAX_LINE_LENGTH * 3));
    buffer.append('y\nnext');
    expect(buffer.line(0)?.text).toHaveLength(MAX_LINE_LENGTH);
    expect(buffer.line(0)?.omitted).toBe(MAX_LINE_LENGTH * 2 + 1);
    expect(buffer.line(1)).toMatchObject({ text: 'next', omitted: 0 });
  });

  it('takes a line of 10 MiB that comes in pieces, and keeps no more than it shows', () => {
    const buffer = LogBuffer.create();
    const piece = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 10; count += 1) {
      buffer.append(piece);
    }
    buffer.append('\rshort again\n');
    buffer.append(piece);
    expect(buffer.line(0)).toMatchObject({ text: 'short again', omitted: 0 });
    expect(buffer.line(1)?.omitted).toBe(piece.length - MAX_LINE_LENGTH);
  });

  it('finds every line of a log of many blocks', () => {
    const buffer = LogBuffer.create();
    for (let index = 0; index < 20_000; index += 1) {
      buffer.append(`line ${index}\n`);
    }
    expect(buffer.lineCount).toBe(20_000);
    expect(buffer.line(0)?.text).toBe('line 0');
    expect(buffer.line(4096)?.text).toBe('line 4096');
    expect(buffer.line(19_999)?.text).toBe('line 19999');
    expect(buffer.line(20_000)).toBeUndefined();
  });
});
