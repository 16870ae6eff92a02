import { RenderProblem } from './RenderInput';

/** A build argument's name and value at their longest, with room. */
const MAX_CHARACTERS = 8 * 1024;

/**
 * What keeps a value from being handed over as it is. Tekton replaces `$(…)`
 * in values more than once, and the kubelet does so again in arguments and
 * variables; neither has a way to write the two characters that holds at every
 * level, so no value may have them.
 */
export function findValueProblem(
  path: string,
  value: string,
): RenderProblem | undefined {
  const message = findProblem(value);
  return message ? { path, message: `The value ${message}` } : undefined;
}

function findProblem(value: string): string | undefined {
  if (value.includes('$(')) {
    return 'holds "$(", which Tekton and Kubernetes would take for a variable of theirs. Take it out, or let the build itself put the value together.';
  }
  if (value.includes('\0')) {
    return 'holds a NUL character, which no program can be given. Take it out.';
  }
  if (/\p{Surrogate}/u.test(value)) {
    return 'holds half of a character, which cannot be written as UTF-8. Type it anew.';
  }
  return value.length > MAX_CHARACTERS
    ? `is ${value.length} characters long. Shorten it to ${MAX_CHARACTERS}, or put it into a file of the source.`
    : undefined;
}
