/** Lines of a log by their numbers, from 1, the last one included. */
export type LineSelection = { first: number; last: number };

const HASH = /^#L(\d{1,12})(?:-L(\d{1,12}))?$/;

/** The lines that an address points to, such as `#L120` or `#L120-L140`. */
export function parseLineHash(hash: string): LineSelection | undefined {
  const match = HASH.exec(hash);
  if (!match) return undefined;
  const ends = [Number(match[1]), Number(match[2] ?? match[1])];
  const first = Math.min(...ends);
  return first < 1 ? undefined : { first, last: Math.max(...ends) };
}

/** The end of an address that points to lines. */
export function formatLineHash({ first, last }: LineSelection): string {
  return first === last ? `#L${first}` : `#L${first}-L${last}`;
}
