const LINE_END = 10;

/**
 * Cuts bytes into lines without their ends, as many at once as have come. What
 * has no end at the end of all is a line as well, unless the bytes may have been
 * cut off there.
 */
export async function* readLines(
  bytes: AsyncIterable<Buffer>,
  { mayBeCutOff = false }: { mayBeCutOff?: boolean } = {},
): AsyncIterable<Buffer[]> {
  let parts: Buffer[] = [];
  for await (const piece of bytes) {
    const lines: Buffer[] = [];
    let from = 0;
    for (
      let end = piece.indexOf(LINE_END);
      end >= 0;
      end = piece.indexOf(LINE_END, from)
    ) {
      parts.push(piece.subarray(from, end));
      lines.push(parts.length === 1 ? parts[0] : Buffer.concat(parts));
      parts = [];
      from = end + 1;
    }
    if (from < piece.length) parts.push(piece.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (parts.length > 0 && !mayBeCutOff) yield [Buffer.concat(parts)];
}
