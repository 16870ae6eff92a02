/**
 * The most that the API takes of what a reader types. It would refuse a request
 * with more as a whole, so the dialog says it at the field instead. A test holds
 * these to the backend's openapi.yaml.
 */
export const REQUEST_LIMITS = {
  /** Characters of the image reference. */
  image: 500,
  /** Characters of the git ref. */
  ref: 250,
  /** Further tags. */
  tags: 20,
  /** Characters of one tag. */
  tag: 128,
  /** What a portal allows is less as a rule, and the preview tells that. */
  minutes: 24 * 60,
};

/** The characters of a text as the API counts them: one that takes two places in memory is one. */
export function lengthOf(text: string): number {
  return [...text].length;
}
