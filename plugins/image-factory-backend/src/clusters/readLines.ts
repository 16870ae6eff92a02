import { readLinePieces } from './readLinePieces';

/**
 * Cuts bytes into lines without their ends, as many at once as have come. What
 * has no end at the end of all is a line as well, unless the bytes may have been
 * cut off there.
 *
 * @throws Error where a line is longer than it may be
 */
export async function* readLines(
  bytes: AsyncIterable<Buffer>,
  options: { mayBeCutOff?: boolean; maxBytes?: number } = {},
): AsyncIterable<Buffer[]> {
  const { mayBeCutOff, maxBytes = Infinity } = options;
  for await (const pieces of readLinePieces(bytes, { mayBeCutOff, maxBytes })) {
    if (pieces.some(({ isEnd }) => !isEnd)) {
      throw new Error(`a line is longer than ${maxBytes} bytes`);
    }
    yield pieces.map(piece => piece.bytes);
  }
}
