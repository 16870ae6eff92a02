import { stripVTControlCharacters } from 'node:util';

const MAX_LENGTH = 300;

/** What somebody else has written, as a part of one line of ours. */
export function plainLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
