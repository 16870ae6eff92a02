const ESC = String.fromCharCode(0x1b);
const BEL = String.fromCharCode(0x07);

/** Begins a colour sequence. */
export const CSI = `${ESC}[`;

/** What a colour sequence looks like; the only kind that is let through. */
const COLOUR = new RegExp(`^${ESC}\\[[0-9;]*m$`);

/**
 * Any control sequence: an operating system command with its end, a CSI
 * sequence, another escape; and what stays of a sequence that a line's end cut.
 */
const SEQUENCE = new RegExp(
  [
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}\\[[0-?]*[ -/]*[@-~]?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** Control characters, C1 ones too, but for the tab and the escape. */
const CONTROL = new RegExp(
  `[\\u0000-\\u0008\\u000a-\\u001a\\u001c-\\u001f\\u007f-\\u009f]`,
  'g',
);

/** A colour sequence in the words that the parser knows: an empty number is a reset. */
function spellOut(sequence: string): string {
  const codes = sequence.slice(CSI.length, -1).split(';');
  return `${CSI}${codes.map(code => code || '0').join(';')}m`;
}

/** Strips every control sequence and character from a line but colours and tabs. */
export function sanitize(line: string): string {
  const text = line.includes(ESC)
    ? line.replace(SEQUENCE, sequence =>
        COLOUR.test(sequence) ? spellOut(sequence) : '',
      )
    : line;
  return text.replace(CONTROL, '');
}

/** Whether a line holds an escape at all; most do not. */
export function hasEscape(line: string): boolean {
  return line.includes(ESC);
}

/** Strips colours as well. */
export function withoutSequences(line: string): string {
  const text = line.includes(ESC) ? line.replace(SEQUENCE, '') : line;
  return text.replace(CONTROL, '');
}
