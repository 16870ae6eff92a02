/** How a registry wants to be logged in to, by its WWW-Authenticate header. */
export type Challenge = {
  scheme: 'basic' | 'bearer';
  parameters: Record<string, string>;
};

const MAX_HEADER = 8 * 1024;
const PART =
  /([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z][A-Za-z0-9_-]*)(?=\s|$)/g;

/** The challenges that are understood, in the order of the header. */
export function parseChallenges(header: string): Challenge[] {
  const text = header.slice(0, MAX_HEADER);
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const [, name, quoted, plain, scheme] of text.matchAll(PART)) {
    if (scheme !== undefined) {
      found.push({ scheme: scheme.toLowerCase(), parameters: {} });
    } else if (found.length > 0) {
      found[found.length - 1].parameters[name.toLowerCase()] =
        plain ?? quoted.replace(/\\(.)/g, '$1');
    }
  }
  return found.filter(
    (challenge): challenge is Challenge =>
      challenge.scheme === 'basic' || challenge.scheme === 'bearer',
  );
}
