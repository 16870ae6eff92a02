import { LogLine } from './LineCutter';
import { LogBuffer } from './LogBuffer';
import { shownText } from './style';

/** As the style sheet of the log has it. */
const TAB_SIZE = 4;
const PLAIN = /^[ -~]*$/;
/** Ideographs, Hangul, full width forms and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Of the lines that are at hand, those that take more than one row; by their index. */
export function wrappedLines(
  buffer: LogBuffer,
  columns: number,
  /** What stands after the text of a line, such as that it was cut. */
  noteAfter: (line: LogLine) => string = () => '',
): { line: number; rows: number }[] {
  return buffer.loadedBlocks().flatMap(({ first, lines }) =>
    lines.flatMap((line, index) => {
      const note = noteAfter(line);
      // No character of it is wider than two columns, but for tabs.
      if ((line.text.length + note.length) * TAB_SIZE <= columns) return [];
      const rows = Math.ceil(columnsOf(shownText(line) + note) / columns);
      return rows > 1 ? [{ line: first + index, rows }] : [];
    }),
  );
}

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of text) {
    if (character === '\t') {
      columns += TAB_SIZE - (columns % TAB_SIZE);
    } else {
      columns += WIDE.test(character) ? 2 : 1;
    }
  }
  return columns;
}
