import * as fc from 'fast-check';
import { findLinks, literally, toPieces } from './pieces';
import { parseLine } from './style';

const SCRIPT = ['javascript', ':'].join('');

const ESC = '\u001b';

function links(text: string) {
  return findLinks(text).map(({ href }) => href);
}

describe('findLinks', () => {
  it('finds web addresses without what stands behind them', () => {
    expect(
      links('see https://example.com/a?b=1#c, or (http://example.org/x).'),
    ).toEqual(['https://example.com/a?b=1#c', 'http://example.org/x']);
  });

  it('makes a link of nothing else', () => {
    expect(
      links(
        `${SCRIPT}alert(1) data:text/html,x ftp://host/x file:///etc https:// mailto:a@b`,
      ),
    ).toEqual([]);
  });

  it('gives only addresses of http and https, whatever a line holds', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('https://', SCRIPT, 'a.b', '"', '<', ' '))
          .map(parts => parts.join('')),
        text => {
          for (const href of links(text)) {
            expect(new URL(href).protocol).toMatch(/^https?:$/);
            expect(href).not.toMatch(/[<>"\s]/);
          }
        },
      ),
    );
  });
});

describe('toPieces', () => {
  it('keeps every character, whatever is found or a link', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.constantFrom('ab', 'a', ' ', 'https://x.y/z', `${ESC}[31m`, 'ä'),
          )
          .map(parts => parts.join('')),
        fc.constantFrom('a', 'ab', 'x.y', 'ä', ' '),
        (line, query) => {
          const tokens = parseLine('', line);
          const pieces = toPieces(tokens, literally(query, false));
          const text = tokens.map(({ value }) => value).join('');
          expect(pieces.map(piece => piece.text).join('')).toBe(text);
          const found = pieces.filter(({ isFound }) => isFound);
          expect(found.length > 0).toBe(text.includes(query));
        },
      ),
    );
  });

  it('finds a text across colours, and takes no character of it for a command', () => {
    const tokens = parseLine('', `a ${ESC}[31mne${ESC}[32medle${ESC}[0m.* b`);
    const found = toPieces(tokens, literally('NEEDLE.*', false))
      .filter(({ isFound }) => isFound)
      .map(({ text }) => text);
    expect(found).toEqual(['ne', 'edle', '.*']);
  });
});
