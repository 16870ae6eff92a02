const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/**
 * The parts of a blob's key.
 *
 * @throws Error where a part could leave the store or hide in it: keys are made by the portal, never by a requester, so that this is a mistake in code.
 */
export function blobKeySegments(key: string): string[] {
  const segments = key.split('/');
  if (
    !segments.every(
      segment => SEGMENT.test(segment) && !segment.endsWith('.part'),
    )
  ) {
    throw new Error(
      `"${key.slice(
        0,
        200,
      )}" is not the key of a blob: its parts are of letters, digits, ".", "_" and "-", begin with a letter or digit, and do not end with ".part"`,
    );
  }
  return segments;
}
