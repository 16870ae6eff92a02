/** A command for a POSIX shell in which nothing is expanded, with one argument a line where there are many. */
export function shellCommand(argv: string[]): string {
  const words = argv.map(quote);
  const line = words.join(' ');
  return line.length <= 80 ? line : words.join(' \\\n  ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
