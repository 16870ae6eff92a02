import { CSSProperties, memo } from 'react';
import { Color, createColorPalette } from 'ansi-sequence-parser';
import { LogLine, LogToken, parseLine } from '../../log';

/** Colours that can be read on the dark surface of the log, all above 4.5 to 1. */
const PALETTE = createColorPalette({
  black: '#8b949e',
  red: '#ff7b72',
  green: '#7ee787',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
  white: '#e6edf3',
  brightBlack: '#8b949e',
  brightRed: '#ffa198',
  brightGreen: '#9be9a8',
  brightYellow: '#f2cc60',
  brightBlue: '#a5d6ff',
  brightMagenta: '#e2c5ff',
  brightCyan: '#b3f0ff',
  brightWhite: '#ffffff',
});

/** One line of a log in its colours, as text nodes only. */
export const LogText = memo(ColouredText);

function ColouredText(props: { line: LogLine }) {
  const { style, text } = props.line;
  return (
    <>
      {parseLine(style, text).map((token, index) => {
        const css = tokenStyle(token);
        return css ? (
          <span key={index} style={css}>
            {token.value}
          </span>
        ) : (
          token.value
        );
      })}
    </>
  );
}

function tokenStyle(token: LogToken): CSSProperties | undefined {
  const { decorations } = token;
  if (!token.foreground && !token.background && decorations.size === 0) {
    return undefined;
  }
  const reversed = decorations.has('reverse');
  const foreground = colour(reversed ? token.background : token.foreground);
  const background = colour(reversed ? token.foreground : token.background);
  const lines = [
    decorations.has('underline') && 'underline',
    decorations.has('overline') && 'overline',
    decorations.has('strikethrough') && 'line-through',
  ].filter(Boolean);
  return {
    color: foreground ?? (reversed ? '#0d1117' : undefined),
    backgroundColor: background ?? (reversed ? '#e6edf3' : undefined),
    fontWeight: decorations.has('bold') ? 600 : undefined,
    fontStyle: decorations.has('italic') ? 'italic' : undefined,
    opacity: decorations.has('dim') ? 0.75 : undefined,
    visibility: decorations.has('hidden') ? 'hidden' : undefined,
    textDecorationLine: lines.length > 0 ? lines.join(' ') : undefined,
  };
}

function colour(value: Color | null): string | undefined {
  return value ? PALETTE.value(value) : undefined;
}
