import fc from 'fast-check';
import { readLines } from './readLines';

async function read(
  pieces: string[],
  options?: { mayBeCutOff?: boolean },
): Promise<string[]> {
  async function* bytes() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const lines: string[] = [];
  for await (const group of readLines(bytes(), options)) {
    lines.push(...group.map(String));
  }
  return lines;
}

describe('readLines', () => {
  it('gives empty lines and carriage returns as they are', async () => {
    expect(await read(['a\r\n\n\nb\n'])).toEqual(['a\r', '', '', 'b']);
  });

  it('gives what has no end at the end of all', async () => {
    expect(await read(['a\nb', 'c'])).toEqual(['a', 'bc']);
  });

  it('leaves out what has no end where it may be cut off', async () => {
    expect(await read(['a\nb', 'c'], { mayBeCutOff: true })).toEqual(['a']);
  });

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '\n', 'é') }),
        fc.array(fc.nat(8)),
        async (text, sizes) => {
          const bytes = Buffer.from(text);
          const pieces: Buffer[] = [];
          let at = 0;
          for (const size of sizes) {
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          pieces.push(bytes.subarray(at));
          async function* cut() {
            yield* pieces;
          }
          const lines: string[] = [];
          for await (const group of readLines(cut())) {
            lines.push(...group.map(String));
          }
          const expected = text.split('\n');
          if (expected.at(-1) === '') expected.pop();
          expect(lines).toEqual(expected);
        },
      ),
    );
  });
});
