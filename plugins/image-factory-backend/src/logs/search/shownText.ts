const ESC = '\\u001b';
const BEL = '\\u0007';

/** An operating system command with its end, a CSI sequence, another escape; and what a line's end has left of one. */
const SEQUENCE = new RegExp(
  [
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}\\[[0-?]*[ -/]*[@-~]?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** The end of a text that may be the beginning of a sequence. */
const CUT_SEQUENCE = new RegExp(
  `${ESC}(?:[\\]PX^_][^${BEL}${ESC}]*${ESC}?|\\[[0-?]*[ -/]*|[ -/]*)$`,
);
/** One that is longer is taken for complete. */
const LONGEST_SEQUENCE = 4_096;

const CONTROLS = /[^\P{Cc}\t]/gu;
const ANY_CONTROL = /[^\P{Cc}\t\n]/u;

/** Lines as a page shows them: without control sequences and characters, and of each line that overwrites itself the last state. */
export function shownLines(text: string): string {
  return ANY_CONTROL.test(text)
    ? text
        .split('\n')
        .map(line => withoutControls(lastState(line)))
        .join('\n')
    : text;
}

/** A piece of one line without control sequences and characters. */
export function withoutControls(text: string): string {
  return text.replace(SEQUENCE, '').replace(CONTROLS, '');
}

/** Where a control sequence begins that the end of the text may have cut; the text's length where there is none. */
export function cutSequenceAt(text: string): number {
  const from = Math.max(0, text.length - LONGEST_SEQUENCE);
  const match = CUT_SEQUENCE.exec(text.slice(from));
  return match ? from + match.index : text.length;
}

/** What stands after the last carriage return that something follows. */
function lastState(line: string): string {
  if (!line.includes('\r')) return line;
  return (
    line
      .split('\r')
      .filter(state => state !== '')
      .pop() ?? ''
  );
}
