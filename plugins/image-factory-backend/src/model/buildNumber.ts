/** Takes the place of the build's number in a reference whose build has none yet. */
export const NUMBER_PLACEHOLDER = '{number}';

/** The reference with the build's number filled in. */
export function withBuildNumber(reference: string, number: number): string {
  return reference.replaceAll(NUMBER_PLACEHOLDER, String(number));
}
