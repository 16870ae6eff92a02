/** What is looked for. */
export type SearchPattern = {
  /** Global; finds the text and nothing else. */
  expression: RegExp;
  /** Of what it finds, in UTF-16 units. */
  length: number;
};

/** Finds a text literally: no character of it has a meaning. */
export function toPattern(text: string, caseSensitive: boolean): SearchPattern {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return {
    expression: new RegExp(literal, caseSensitive ? 'gu' : 'giu'),
    length: text.length,
  };
}
