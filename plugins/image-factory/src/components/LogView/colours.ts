import { CSSProperties } from 'react';
import { Color, createColorPalette } from 'ansi-sequence-parser';
import { LogToken } from '../../log';

const SURFACE = '#0d1117';
const TEXT = '#e6edf3';
/** What WCAG 2.1 AA asks of text of this size. */
const LEAST_CONTRAST = 4.5;

/** The named colours, chosen for the dark surface of the log. */
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

/** How a piece of a line looks; undefined where it is plain. */
export function tokenStyle(token: LogToken): CSSProperties | undefined {
  const { decorations, foreground, background } = token;
  if (!foreground && !background && decorations.size === 0) {
    return undefined;
  }
  const isReversed = decorations.has('reverse');
  const ownBack = background && toHex(background);
  const ownFront = foreground && toHex(foreground);
  const back = isReversed ? ownFront ?? TEXT : ownBack;
  const wantedFront = isReversed ? ownBack ?? SURFACE : ownFront ?? TEXT;
  const isDim = decorations.has('dim');
  const front = legible(
    isDim ? mix(wantedFront, back ?? SURFACE, 0.35) : wantedFront,
    back ?? SURFACE,
  );
  const lines = [
    decorations.has('underline') && 'underline',
    decorations.has('overline') && 'overline',
    decorations.has('strikethrough') && 'line-through',
  ].filter(Boolean);
  return {
    color: front === TEXT ? undefined : front,
    backgroundColor: back ?? undefined,
    fontWeight: decorations.has('bold') ? 700 : undefined,
    fontStyle: decorations.has('italic') ? 'italic' : undefined,
    visibility: decorations.has('hidden') ? 'hidden' : undefined,
    textDecorationLine: lines.length > 0 ? lines.join(' ') : undefined,
  };
}

/**
 * The colour itself where it can be read on this background; otherwise as little
 * of white or black with it as that takes. Tools choose colours for terminals
 * they do not know: black on black, blue on black.
 */
export function legible(front: string, back: string): string {
  const towards = contrast('#ffffff', back) > contrast('#000000', back);
  for (let share = 0; share <= 1; share += 0.1) {
    const mixed = mix(front, towards ? '#ffffff' : '#000000', share);
    if (contrast(mixed, back) >= LEAST_CONTRAST) return mixed;
  }
  return towards ? '#ffffff' : '#000000';
}

/** The contrast ratio of WCAG 2.1. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort(
    (first, second) => first - second,
  );
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map(channel => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(one: string, other: string, share: number): string {
  const others = channels(other);
  const mixed = channels(one).map((channel, index) =>
    Math.round(channel + (others[index] - channel) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${mixed.join('')}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
}

/** As `#rrggbb`; the palette gives colours of the table and of 24 bits as `rgb(r, g, b)`. */
function toHex(colour: Color): string {
  const value = PALETTE.value(colour);
  if (value.startsWith('#')) return value;
  const numbers = value.match(/\d+/g) ?? [];
  return `#${numbers
    .slice(0, 3)
    .map(number => Math.min(255, Number(number)).toString(16).padStart(2, '0'))
    .join('')}`;
}
