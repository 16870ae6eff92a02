/** A range of bytes, both ends included. */
export type ByteRange = { start: number; end: number };

/**
 * The one range that a `Range` header asks for. Headers that ask for several or
 * that cannot be read are left alone, as RFC 9110 allows: then the whole is sent.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (!match[1] && !match[2])) return undefined;
  const [, first, last] = match;
  if (!first) {
    const length = Math.min(Number(last), size);
    return length > 0
      ? { start: size - length, end: size - 1 }
      : 'unsatisfiable';
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  if (start >= size) return 'unsatisfiable';
  return end >= start ? { start, end } : undefined;
}
