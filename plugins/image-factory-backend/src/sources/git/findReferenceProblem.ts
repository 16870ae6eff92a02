import { quoteText } from './quoteText';

/** SHA-1, or SHA-256 where a repository has moved on. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

const LONGEST = 250;

/** Beyond git's own rules also what makes a name read as another one than it is. */
const UNPRINTABLE = /[ \p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a reference is a commit by its full hash. */
export function isCommitHash(reference: string): boolean {
  return COMMIT.test(reference);
}

/**
 * Says why a text can be no branch, tag or commit, by the grammar of `git
 * check-ref-format`; undefined where it can.
 */
export function findReferenceProblem(reference: string): string | undefined {
  const why = findFault(reference);
  return (
    why &&
    `${quoteText(
      reference,
    )} cannot be a branch or tag: ${why}. Name a branch, a tag or the full hash of a commit.`
  );
}

function findFault(reference: string): string | undefined {
  if (reference === '') return 'it is empty';
  if (reference.length > LONGEST) {
    return `it has more than ${LONGEST} characters`;
  }
  if (reference.startsWith('-')) return 'it begins with a dash';
  if (UNPRINTABLE.test(reference)) {
    return 'it has a space or a control character in it';
  }
  const forbidden = /[~^:?*[\\]|\.\.|@\{/.exec(reference)?.[0];
  if (forbidden) return `it has "${forbidden}" in it`;
  if (reference === '@') return 'it is "@" alone';
  if (reference.endsWith('.')) return 'it ends with a dot';
  const parts = reference.split('/');
  if (parts.includes('')) {
    return 'it has a slash at its beginning or end, or two in a row';
  }
  if (parts.some(part => part.startsWith('.'))) {
    return 'a part of it begins with a dot';
  }
  if (parts.some(part => part.endsWith('.lock'))) {
    return 'a part of it ends with ".lock"';
  }
  if (parts[0] === 'refs' && !/^refs\/(heads|tags)\/./.test(reference)) {
    return 'it is neither under refs/heads/ nor under refs/tags/';
  }
  return undefined;
}
