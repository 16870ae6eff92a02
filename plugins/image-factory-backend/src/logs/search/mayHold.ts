const ESCAPE = '\u001b';
const ESC = '\\u001b';
const BEL = '\\u0007';

/** As shownText has it, but over many lines at once: no sequence goes beyond a line or one state of it. */
const SEQUENCE = new RegExp(
  [
    `${ESC}[\\]PX^_][^${BEL}${ESC}\\r\\n]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}\\[[0-?]*[ -/]*[@-~]?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'y',
);
const SEQUENCES = new RegExp(SEQUENCE.source, 'g');

/** Characters that a page does not show, by the bytes of UTF-8 that stand for them; tabs and line ends are none. */
const CONTROLS = new RegExp(
  [
    '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]',
    '\\u00c2[\\u0080-\\u009f]',
  ].join('|'),
  'g',
);
/** A byte of each. Looking for one after the other takes a tenth of the time of an expression for all. */
const CONTROL_BYTES = Array.from({ length: 0x20 }, (_, code) => code)
  .concat(0x7f, 0xc2)
  .map(code => String.fromCharCode(code))
  .filter(character => !`\t\n\r${ESCAPE}`.includes(character));

const ASCII = /\p{ASCII}+/gu;
/** The letters beyond ASCII that are the same as one of ASCII but for their case: the Kelvin sign and the long s. */
const TWINS = { k: Buffer.from('\u212a'), s: Buffer.from('\u017f') };

/**
 * Tells of whole lines, by their bytes, whether they may hold a text; where it
 * says no, they do not. It looks for the longest part of the text that is ASCII,
 * which stands in UTF-8 as it is, and decodes nothing: of a log of 100 MB it takes
 * 0.15 s, and nearly all of the log is passed by it.
 */
export function mayHold(
  text: string,
  caseSensitive: boolean,
): (lines: Buffer) => boolean {
  const parts = text.match(ASCII) ?? [];
  const longest = parts.reduce(
    (one, other) => (other.length > one.length ? other : one),
    '',
  );
  if (longest === '') return () => true;
  if (caseSensitive)
    return lines => holds(lines.toString('latin1'), longest, same);

  const wanted = longest.toLowerCase();
  const twins = Object.entries(TWINS).flatMap(([letter, bytes]) =>
    wanted.includes(letter) ? [bytes] : [],
  );
  return lines =>
    holds(lines.toString('latin1'), wanted, toLowerCase) ||
    twins.some(twin => lines.includes(twin));
}

function holds(
  lines: string,
  wanted: string,
  fold: (text: string) => string,
): boolean {
  const folded = fold(lines);
  if (folded.includes(wanted)) return true;
  if (CONTROL_BYTES.some(byte => lines.includes(byte))) {
    return fold(shown(lines)).includes(wanted);
  }
  return holdsAcrossColours({ lines, folded, wanted, fold });
}

/**
 * Whether a control sequence stands within the text that is wanted. Of colours,
 * which a log may have in every line, nearly all do not: what stands before and
 * behind them is none of its characters.
 */
function holdsAcrossColours(options: {
  lines: string;
  folded: string;
  wanted: string;
  fold: (text: string) => string;
}): boolean {
  const { lines, folded, wanted, fold } = options;
  let at = lines.indexOf(ESCAPE);
  while (at >= 0) {
    let end = at;
    while (lines[end] === ESCAPE) {
      SEQUENCE.lastIndex = end;
      SEQUENCE.test(lines);
      end = SEQUENCE.lastIndex;
    }
    const isWithin =
      at > 0 &&
      end < lines.length &&
      wanted.includes(folded[at - 1]) &&
      wanted.includes(folded[end]);
    if (isWithin) {
      const lineBegin = lines.lastIndexOf('\n', at) + 1;
      const lineEnd = lines.indexOf('\n', end);
      end = lineEnd < 0 ? lines.length : lineEnd;
      if (fold(shown(lines.slice(lineBegin, end))).includes(wanted)) {
        return true;
      }
    }
    at = lines.indexOf(ESCAPE, end);
  }
  return false;
}

function shown(lines: string): string {
  return lines.replace(SEQUENCES, '').replace(CONTROLS, '');
}

function same(text: string): string {
  return text;
}

function toLowerCase(text: string): string {
  return text.toLowerCase();
}
