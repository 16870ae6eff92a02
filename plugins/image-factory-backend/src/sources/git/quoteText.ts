const LONGEST = 200;

/** Any text, in quotes: shortened, and with what cannot be seen as its code. */
export function quoteText(text: string): string {
  return JSON.stringify(
    text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
  ).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    character =>
      `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
