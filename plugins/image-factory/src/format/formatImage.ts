/** As many hexadecimal digits as tell two digests apart at a glance. */
const DIGEST_DIGITS = 12;

/** An image reference whose digest is cut short, as there is little room for it. */
export function formatImage(reference: string): string {
  return reference.replace(
    /(@sha256:)([0-9a-f]{64})$/,
    (_, algorithm: string, digits: string) =>
      `${algorithm}${digits.slice(0, DIGEST_DIGITS)}…`,
  );
}
