const SHORT = 7;

/** A commit as people write it, by the beginning of its hash. */
export function formatCommit(commit: string): string {
  return commit.slice(0, SHORT);
}
