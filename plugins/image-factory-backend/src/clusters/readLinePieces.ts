const LINE_END = 10;

/** A line without its end, or a part of one that is longer than is held at once. */
export type LinePiece = {
  bytes: Buffer;
  /** Whether the line is over with it. */
  isEnd: boolean;
};

/**
 * Cuts bytes into lines without their ends, as many at once as have come, and
 * lines that are longer than so much into pieces: whoever prints a line decides
 * how long it gets, and it need not have an end. What has no end at the end of all
 * is a line as well, unless the bytes may have been cut off there.
 */
export async function* readLinePieces(
  bytes: AsyncIterable<Buffer>,
  options: { mayBeCutOff?: boolean; maxBytes: number },
): AsyncIterable<LinePiece[]> {
  const { mayBeCutOff = false, maxBytes } = options;
  let parts: Buffer[] = [];
  let length = 0;
  let isWithin = false;
  const take = () => {
    const taken = parts.length === 1 ? parts[0] : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return taken;
  };
  for await (const piece of bytes) {
    const pieces: LinePiece[] = [];
    let from = 0;
    for (
      let end = piece.indexOf(LINE_END);
      end >= 0;
      end = piece.indexOf(LINE_END, from)
    ) {
      parts.push(piece.subarray(from, end));
      length += end - from;
      pieces.push({ bytes: take(), isEnd: true });
      isWithin = false;
      from = end + 1;
    }
    if (from < piece.length) {
      parts.push(piece.subarray(from));
      length += piece.length - from;
    }
    if (length >= maxBytes) {
      pieces.push({ bytes: take(), isEnd: false });
      isWithin = true;
    }
    if (pieces.length > 0) yield pieces;
  }
  const isUnfinished = length > 0 || isWithin;
  if (isUnfinished && !mayBeCutOff) yield [{ bytes: take(), isEnd: true }];
}
