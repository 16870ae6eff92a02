import { shellWord } from '../model';

const LINE_LENGTH = 80;

/** A command for a POSIX shell in which nothing is expanded, with one argument a line where there are many. */
export function shellCommand(argv: string[]): string {
  const words = argv.map(shellWord);
  const line = words.join(' ');
  return line.length <= LINE_LENGTH ? line : words.join(' \\\n  ');
}
