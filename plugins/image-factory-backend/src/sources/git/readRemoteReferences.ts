import { findReferenceProblem, isCommitHash } from './findReferenceProblem';

/** A reference and the commit that it stands for. */
export type FoundReference = { ref: string; commit: string };

/** What a host is asked for to find a reference. */
export function referencePatterns(ref: string | undefined): string[] {
  if (ref === undefined || ref === 'HEAD' || isCommitHash(ref)) return ['HEAD'];
  // The commit of a tag with a message is on a line of its own.
  return candidates(ref).flatMap(name => [name, `${name}^{}`]);
}

/**
 * Finds a reference in what `git ls-remote --symref` prints: the default branch
 * where none is asked for, and else the branch of that name, or the tag. A
 * commit is taken at its word.
 */
export function readRemoteReferences(
  output: string,
  ref: string | undefined,
): FoundReference | undefined {
  const commits = new Map<string, string>();
  let defaultBranch: string | undefined;
  for (const line of output.split('\n')) {
    const symbolic = /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line);
    const plain = /^([0-9a-f]{40}|[0-9a-f]{64})\t(.+)$/.exec(line);
    // What a host calls its branch is no safer than what a user does.
    if (symbolic && !findReferenceProblem(symbolic[1])) {
      defaultBranch = symbolic[1];
    }
    if (plain) commits.set(plain[2], plain[1]);
  }
  if (ref !== undefined && isCommitHash(ref)) {
    return { ref: ref.toLowerCase(), commit: ref.toLowerCase() };
  }
  if (ref === undefined || ref === 'HEAD') {
    const commit = commits.get('HEAD');
    return (commit && { ref: defaultBranch ?? 'HEAD', commit }) || undefined;
  }
  for (const name of candidates(ref)) {
    const commit = commits.get(`${name}^{}`) ?? commits.get(name);
    if (commit) return { ref, commit };
  }
  return undefined;
}

function candidates(ref: string): string[] {
  return ref.startsWith('refs/')
    ? [ref]
    : [`refs/heads/${ref}`, `refs/tags/${ref}`];
}
