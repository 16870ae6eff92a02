/** A JSON pointer (RFC 6901) to a place in the parameters. */
export function jsonPointer(path: string[]): string {
  return path
    .map(part => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** The parts of a JSON pointer. */
export function parseJsonPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** How a message calls a place in the parameters: `"build-args" › "VERSION"`. */
export function parameterName(path: string[]): string {
  return path.length === 0
    ? 'the parameters'
    : path.map(part => `"${shorten(part)}"`).join(' › ');
}

/** Text of the requester as a message may repeat it. */
export function shorten(text: string, length = 80): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
