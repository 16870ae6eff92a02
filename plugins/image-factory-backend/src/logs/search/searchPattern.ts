import { mayHold } from './mayHold';

/** What is looked for. */
export type SearchPattern = {
  /** Global; finds the text and nothing else. */
  expression: RegExp;
  /** Of what it finds, in UTF-16 units. */
  length: number;
  /** Whether it is worth looking into these bytes of whole lines. */
  mayHold: (lines: Buffer) => boolean;
};

/** Finds a text literally: no character of it has a meaning. */
export function toPattern(text: string, caseSensitive: boolean): SearchPattern {
  if (text === '') throw new Error('An empty text stands everywhere');
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return {
    expression: new RegExp(literal, caseSensitive ? 'gu' : 'giu'),
    length: text.length,
    mayHold: mayHold(text, caseSensitive),
  };
}
