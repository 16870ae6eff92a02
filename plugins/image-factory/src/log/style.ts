import {
  Color,
  DecorationType,
  ParseToken,
  createAnsiSequenceParser,
  decorations as decorationCodes,
  namedColors,
} from 'ansi-sequence-parser';
import { CSI, hasEscape, sanitize, withoutSequences } from './sanitize';

/** A piece of a line in one style. */
export type LogToken = ParseToken;

/** The parser tells a style only with a character that has it. */
const SENTINEL = '.';
const DECORATION_CODES = new Map<DecorationType, number>([
  ...Object.entries(decorationCodes).map(
    ([code, name]): [DecorationType, number] => [name, Number(code)],
  ),
  ['overline', 53],
]);

/** The pieces of a line, given the colour sequences that hold where it begins. */
export function parseLine(style: string, text: string): LogToken[] {
  return createAnsiSequenceParser().parse(style + sanitize(text));
}

/**
 * The colour sequences that hold where a line ends. A style is kept as the
 * shortest sequence that brings it about, so that each line can be parsed by
 * itself, only when it is shown, and a log that never resets does not grow it.
 */
export function styleAfter(style: string, text: string): string {
  if (!hasEscape(text)) {
    return style;
  }
  const tokens = createAnsiSequenceParser().parse(
    `${style}${sanitize(text)}${SENTINEL}`,
  );
  return toSequence(tokens.at(-1));
}

function toSequence(token: ParseToken | undefined): string {
  if (!token) {
    return '';
  }
  const codes = [
    ...[...token.decorations].map(name => DECORATION_CODES.get(name)),
    ...colourCodes(token.foreground, 30, 90, 38),
    ...colourCodes(token.background, 40, 100, 48),
  ];
  return codes.length > 0 ? `${CSI}${codes.join(';')}m` : '';
}

function colourCodes(
  colour: Color | null,
  normal: number,
  bright: number,
  extended: number,
): number[] {
  switch (colour?.type) {
    case 'named': {
      const index = namedColors.indexOf(colour.name);
      return [index < 8 ? normal + index : bright + index - 8];
    }
    case 'table':
      return [extended, 5, colour.index];
    case 'rgb':
      return [extended, 2, ...colour.rgb];
    default:
      return [];
  }
}

/** A line as a page shows it, without its colours. */
export function shownText(line: { text: string }): string {
  return withoutSequences(line.text);
}
