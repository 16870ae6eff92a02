import { LogToken } from './style';

/** A part of a line that is of one style, in one link or none, and found or not. */
export type LogPiece = {
  text: string;
  token: LogToken;
  href?: string;
  isFound: boolean;
};

/** A part of a text, in UTF-16 units, the end excluded. */
type Span = { start: number; end: number };

const URL_TEXT = /\bhttps?:\/\/[^\s<>"'`|\\^{}]+/gi;
/** What stands behind an address more often than in it. */
const AFTER_URL = /[.,;:!?)\]*]+$/;

/** Finds a text literally, as the backend searches: no character of it has a meaning. */
export function literally(text: string, matchCase: boolean): RegExp {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(literal, matchCase ? 'gu' : 'giu');
}

/** A line that consists of what was searched for would be as many elements. */
const MOST_MARKS = 300;

/** Cuts the pieces of a line at links and at what was searched for. */
export function toPieces(
  tokens: LogToken[],
  search: RegExp | undefined,
): LogPiece[] {
  const text = tokens.map(({ value }) => value).join('');
  const links = findLinks(text);
  const found = search ? findAll(text, search).slice(0, MOST_MARKS) : [];
  const cuts = [...links, ...found]
    .flatMap(({ start, end }) => [start, end])
    .sort((one, other) => one - other);
  let end = 0;
  return tokens.flatMap(token => {
    const begin = end;
    end += token.value.length;
    return spansBetween(begin, end, cuts).map(span => ({
      text: text.slice(span.start, span.end),
      token,
      href: links.find(link => covers(link, span.start))?.href,
      isFound: found.some(each => covers(each, span.start)),
    }));
  });
}

/** The parts between two places and all cuts that lie between them. */
function spansBetween(begin: number, end: number, cuts: number[]): Span[] {
  const places = [begin, ...cuts.filter(cut => cut > begin && cut < end), end];
  return places
    .slice(1)
    .map((place, index) => ({ start: places[index], end: place }))
    .filter(span => span.end > span.start);
}

/** Web addresses in a text; no other kind is ever a link. */
export function findLinks(text: string): (Span & { href: string })[] {
  if (!/https?:/i.test(text)) return [];
  return findAll(text, URL_TEXT).flatMap(({ start, end }) => {
    const href = text.slice(start, end).replace(AFTER_URL, '');
    return URL.canParse(href)
      ? [{ start, end: start + href.length, href }]
      : [];
  });
}

function findAll(text: string, expression: RegExp): Span[] {
  return [...text.matchAll(expression)].map(({ index, 0: match }) => ({
    start: index,
    end: index + match.length,
  }));
}

function covers({ start, end }: Span, place: number): boolean {
  return start <= place && place < end;
}
