import { InputError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { IdempotencyKey } from '../database';
import { UserCredentials } from './userCredentials';

const LONGEST_KEY = 200;

/**
 * What a caller's key is stored as. The order of a request's fields does not
 * matter to what it asks for.
 *
 * @throws InputError for a key that cannot be one
 */
export function toIdempotencyKey(
  key: string | undefined,
  request: object,
  credentials: UserCredentials,
): IdempotencyKey | undefined {
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > LONGEST_KEY) {
    throw new InputError(
      `An Idempotency-Key has 1 to ${LONGEST_KEY} characters, and this one has ${key.length}. A UUID will do.`,
    );
  }
  return {
    principal: credentials.principal.userEntityRef,
    key,
    bodyHash: createHash('sha256').update(canonical(request)).digest('hex'),
  };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}
