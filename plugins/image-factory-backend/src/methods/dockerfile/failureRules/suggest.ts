import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant; undefined where none is near. */
export function suggest(
  written: string,
  candidates: string[],
): string | undefined {
  if (candidates.length === 0) {
    return undefined;
  }
  const lower = written.toLowerCase();
  const best = closest(
    lower,
    candidates.map(candidate => candidate.toLowerCase()),
  );
  const limit = Math.max(1, Math.floor(written.length / 3));
  return distance(lower, best) <= limit
    ? candidates.find(candidate => candidate.toLowerCase() === best)
    : undefined;
}
