import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { imageFactoryTranslationRef } from '../translation';

/** The keys of the messages, such as `build.title`. */
export type WordKey = keyof (typeof imageFactoryTranslationRef)['T'];

/**
 * Gives the message of a key, with values for its placeholders.
 *
 * @remarks The framework's own type for this derives the placeholders of every
 * message from its text; with as many messages as here, each call of it took
 * the compiler minutes and 4 GB. Keys are checked all the same.
 */
export type Words = (
  key: WordKey,
  values?: Record<string, string | number>,
) => string;

/** The words of the pages in the reader's language. */
export function useWords(): Words {
  return useTranslationRef(imageFactoryTranslationRef).t as unknown as Words;
}
