import { DockerfileInstruction, parseDockerfile } from '../dockerfile';

/** Begins with no dash: a reference is an argument of a program. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$/;
/** More than any image is made from; each is a question to the tool. */
const MOST_REFERENCES = 50;

/**
 * The images that a Dockerfile takes from elsewhere, as the tool is told them:
 * by FROM and by COPY --from, with the values of build arguments put in. One
 * that cannot be told from the text alone is left out.
 */
export function baseReferences(
  dockerfile: string,
  buildArgs: [string, string][],
): string[] {
  const { preamble, stages } = parseDockerfile(dockerfile);
  const values = globalArguments(preamble, new Map(buildArgs));
  const names = new Set<string>();
  const found = new Set<string>();
  for (const [index, { base, name, instructions }] of stages.entries()) {
    const taken = [base, ...instructions.flatMap(copiedFrom)];
    for (const each of taken) {
      const reference = each && expand(each, values);
      if (reference && isElsewhere(reference, names)) found.add(reference);
      if (found.size >= MOST_REFERENCES) return [...found];
    }
    names.add(String(index));
    if (name) names.add(name.toLowerCase());
  }
  return [...found];
}

function isElsewhere(reference: string, stages: Set<string>): boolean {
  return (
    REFERENCE.test(reference) &&
    reference !== 'scratch' &&
    !stages.has(reference.toLowerCase())
  );
}

function copiedFrom({ keyword, text }: DockerfileInstruction): string[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const [, from] = /^\S+(?:\s+--\S+)*?\s+--from=(\S+)/i.exec(text) ?? [];
  return from ? [from] : [];
}

/** Those before the first FROM, which alone hold in one. */
function globalArguments(
  preamble: DockerfileInstruction[],
  given: Map<string, string>,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { keyword, text } of preamble) {
    if (keyword !== 'ARG') continue;
    for (const [, name, value] of text.matchAll(
      /\s([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g,
    )) {
      const fallback = value?.replace(/^(["'])(.*)\1$/, '$2');
      const chosen = given.get(name) ?? (fallback && expand(fallback, values));
      if (chosen !== undefined) values.set(name, chosen);
    }
  }
  return values;
}

/** Undefined where a value is not known. */
function expand(text: string, values: Map<string, string>): string | undefined {
  let isKnown = true;
  const expanded = text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (_, plain?: string, braced?: string, fallback?: string) => {
      const value = values.get(plain ?? braced ?? '');
      if (value === undefined && fallback === undefined) isKnown = false;
      return value || fallback || '';
    },
  );
  return isKnown && !/[${}]/.test(expanded) ? expanded : undefined;
}
