import { stripVTControlCharacters } from 'node:util';

/** One line without colours and control characters, which stores and pages choke on; tabs stay. */
export function plainText(line: string): string {
  return stripVTControlCharacters(line).replace(/(?!\t)\p{Cc}/gu, '');
}
