const LINE_END = 10;

/** How many line feeds there are. */
export function countLineEnds(bytes: Buffer): number {
  let count = 0;
  for (
    let at = bytes.indexOf(LINE_END);
    at >= 0;
    at = bytes.indexOf(LINE_END, at + 1)
  ) {
    count += 1;
  }
  return count;
}
