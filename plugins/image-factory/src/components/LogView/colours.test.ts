import { parseLine } from '../../log';
import { contrast, legible, tokenStyle } from './colours';

const SURFACE = '#0d1117';
const ESC = '\u001b';

function style(codes: string) {
  return tokenStyle(parseLine('', `${ESC}[${codes}mtext`)[0]);
}

/** What is seen, as `#rrggbb`. */
function seen(codes: string) {
  const css = style(codes);
  return {
    front: String(css?.color ?? '#e6edf3'),
    back: String(css?.backgroundColor ?? SURFACE),
  };
}

describe('colours of a log', () => {
  it('can be read, whichever of the 256 a tool chooses for text or background', () => {
    for (let index = 0; index < 256; index += 1) {
      for (const codes of [
        `38;5;${index}`,
        `48;5;${index}`,
        `2;38;5;${index}`,
        `7;38;5;${index}`,
      ]) {
        const { front, back } = seen(codes);
        expect(contrast(front, back)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('leaves a colour that can be read as it is', () => {
    expect(legible('#ff8800', SURFACE)).toBe('#ff8800');
    expect(seen('38;2;255;136;0').front).toBe('#ff8800');
    expect(seen('38;5;208').front).toBe('#ff8700');
  });

  it('shows bold, italic, underlined, struck and reversed text', () => {
    expect(style('1')).toMatchObject({ fontWeight: 700 });
    expect(style('3')).toMatchObject({ fontStyle: 'italic' });
    expect(style('4;9')).toMatchObject({
      textDecorationLine: 'underline line-through',
    });
    expect(seen('7')).toEqual({ front: SURFACE, back: '#e6edf3' });
    expect(style('0')).toBeUndefined();
  });
});
