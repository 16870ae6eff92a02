import { createHash } from 'node:crypto';

/** What a part of a repository may be, without the two underscores that mark one that is made up. */
const PLAIN = /^[a-z0-9]+(?:(?:\.|_|-+)[a-z0-9]+)*$/;
/** 128 bits, so that nobody finds another text with the same. */
const HASH_CHARACTERS = 32;
const MARK = '__';

/**
 * The name of something as one part of a repository: as it is where that can be,
 * else what of it can be read and a hash of what it is the name of. No two give
 * the same part, since a name that is as it is has no two underscores in a row.
 */
export function repositoryPart(
  name: string,
  options: {
    /** Of the part; at least 40. */
    maxLength: number;
    /** Different for each that there could be a part of. */
    identity: string;
    /** Whether the name alone tells it from others. */
    isOnlyOne: boolean;
  },
): string {
  const { maxLength, identity, isOnlyOne } = options;
  if (isOnlyOne && name.length <= maxLength && PLAIN.test(name)) return name;
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength - HASH_CHARACTERS - MARK.length)
    .replace(/^-+|-+$/g, '');
  const hash = createHash('sha256')
    .update(identity)
    .digest('hex')
    .slice(0, HASH_CHARACTERS);
  return `${readable || 'x'}${MARK}${hash}`;
}
