import { FormatWords, languageOf } from './FormatWords';

/** A number with the marks for thousands and decimals that a reader expects, such as `12,000`. */
export function formatNumber(
  value: number,
  t: FormatWords,
  options?: Intl.NumberFormatOptions,
): string {
  return value.toLocaleString(languageOf(t), options);
}

/** Several names as one part of a sentence, such as `a, b, and c`. */
export function formatList(names: string[], t: FormatWords): string {
  return new Intl.ListFormat(languageOf(t)).format(names);
}
