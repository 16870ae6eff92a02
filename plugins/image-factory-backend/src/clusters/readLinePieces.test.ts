import fc from 'fast-check';
import { LinePiece, readLinePieces } from './readLinePieces';

async function read(
  pieces: (string | Buffer)[],
  options: { mayBeCutOff?: boolean; maxBytes: number },
): Promise<LinePiece[]> {
  async function* bytes() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const given: LinePiece[] = [];
  for await (const group of readLinePieces(bytes(), options)) {
    given.push(...group);
  }
  return given;
}

const told = (pieces: LinePiece[]) =>
  pieces.map(({ bytes, isEnd }) => `${bytes}${isEnd ? '$' : ''}`);

describe('readLinePieces', () => {
  it('gives a line that is longer than it may hold in pieces, the last of which says so', async () => {
    const pieces = ['a\nbb', 'bb', 'bb', 'b\nc\n'];
    expect(told(await read(pieces, { maxBytes: 4 }))).toEqual([
      'a$',
      'bbbb',
      'bbb$',
      'c$',
    ]);
  });

  it('ends a line whose end has not come where all has come, also one that was given in pieces', async () => {
    expect(told(await read(['bbbb'], { maxBytes: 4 }))).toEqual(['bbbb', '$']);
    expect(
      told(await read(['bbbb', 'b'], { maxBytes: 4, mayBeCutOff: true })),
    ).toEqual(['bbbb']);
  });

  it('holds no more than a piece of a line without an end', async () => {
    const piece = Buffer.alloc(1024, 'x');
    let longest = 0;
    let total = 0;
    async function* endless() {
      for (let count = 0; count < 4_096; count += 1) yield piece;
    }
    for await (const group of readLinePieces(endless(), { maxBytes: 8_192 })) {
      for (const { bytes } of group) {
        longest = Math.max(longest, bytes.length);
        total += bytes.length;
      }
    }
    expect(longest).toBe(8_192);
    expect(total).toBe(4_096 * 1024);
  });

  it('gives the same text however the bytes are cut, and however much it may hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '\n', 'é') }),
        fc.array(fc.nat(8)),
        fc.integer({ min: 1, max: 10 }),
        async (text, sizes, maxBytes) => {
          const bytes = Buffer.from(text);
          const pieces: Buffer[] = [];
          let at = 0;
          for (const size of sizes) {
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          pieces.push(bytes.subarray(at));
          const lines = Buffer.concat(
            (await read(pieces, { maxBytes })).flatMap(piece =>
              piece.isEnd ? [piece.bytes, Buffer.from('\n')] : [piece.bytes],
            ),
          ).toString();
          expect(lines).toBe(
            text === '' || text.endsWith('\n') ? text : `${text}\n`,
          );
        },
      ),
    );
  });
});
