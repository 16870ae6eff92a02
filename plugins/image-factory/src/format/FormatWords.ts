/** What of the translation formats go by. */
export type FormatWordKey =
  | 'format.language'
  | 'format.justNow'
  | 'format.hours'
  | 'format.minutes'
  | 'format.seconds'
  | 'format.milliseconds';

/** Gives the words in the reader's language, with the amount of a unit. */
export type FormatWords = (
  key: FormatWordKey,
  values?: { amount: string },
) => string;

/**
 * The language of the words themselves, not that of the app or the browser:
 * where a plugin has no translation into it, an age in the one among words in
 * the other would read badly.
 */
export function languageOf(t: FormatWords): string {
  const language = t('format.language');
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    // A translation is the app's own: what is wrong with it is to break no page.
    return 'en';
  }
}
