const LINES = 1_000_000;
const NEEDLE_LINE = LINES - 9;
/** Of so many lines one is coloured. */
const COLOURED = 4;

/** The one line that holds this text is near the end. */
export const NEEDLE = 'needle';

/** A million lines, 100 MB, as a build prints them: numbers and hashes, so that they do not compress to nothing, and colours. */
export function createHugeLog(): Buffer {
  let state = 1;
  const word = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state.toString(16);
  };
  const lines: string[] = [];
  for (let line = 1; line <= LINES; line += 1) {
    const level = line % COLOURED === 0 ? '\u001b[32mINFO\u001b[0m' : 'INFO';
    const words = Array.from({ length: 7 }, word).join(' ');
    lines.push(
      line === NEEDLE_LINE
        ? `\u001b[31mERROR: the ${NEEDLE} is here\u001b[0m`
        : `${level} ${line} compiling ${words} src/component-${line % 977}.ts`,
    );
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** What the first line is known by. */
export const FIRST_LINE = 'INFO 1 compiling';
/** A line in the middle of the log. */
export const MIDDLE_LINE = LINES / 2;
/** What the page says once it knows how long the log is. */
export const LENGTH_TEXT = `${LINES.toLocaleString('en')} lines`;
