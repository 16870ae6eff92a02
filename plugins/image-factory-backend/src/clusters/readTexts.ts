import { Config } from '@backstage/config';

/**
 * Reads a map of names to texts. Names may have dots in them, as labels do, so
 * that they are no paths.
 *
 * @param field - the path of the configuration, for whoever has to correct it
 * @throws Error where it is no map
 */
export function readTexts(
  config: Config | undefined,
  key: string,
  field: string,
): Record<string, string> | undefined {
  const value = config?.getOptional(key);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${field}: ${key} has to be a map of names to texts.`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, String(text)]),
  );
}
