import { ConflictError } from '@backstage/errors';
import { Knex } from 'knex';
import { databaseNow, toColumn } from './engine';
import { IdempotencyKeyRow } from './tables';

/** A caller's own name for a request. */
export type IdempotencyKey = {
  /** Whose key it is: the same key of two callers is two keys. */
  principal: string;
  key: string;
  /** SHA-256 of the request. */
  bodyHash: string;
};

const KEPT_FOR_MS = 24 * 3600_000;

/**
 * The id of the build that a request under this key has made.
 *
 * @throws ConflictError where the key was used for another request
 */
export async function findByKey(
  trx: Knex.Transaction,
  { principal, key, bodyHash }: IdempotencyKey,
): Promise<string | undefined> {
  const now = await databaseNow(trx);
  await trx<IdempotencyKeyRow>('idempotency_keys')
    .where('expires_at', '<', toColumn(now))
    .delete();
  const known = await trx<IdempotencyKeyRow>('idempotency_keys')
    .where({ principal, key })
    .first();
  if (known && known.body_hash !== bodyHash) {
    throw new ConflictError(
      `The Idempotency-Key ${JSON.stringify(
        key,
      )} was used for another request. Send the same request again, or choose a new key for this one.`,
    );
  }
  return known?.build_id;
}

/** Remembers which build a request under this key has made, for 24 hours. */
export async function rememberKey(
  trx: Knex.Transaction,
  { principal, key, bodyHash }: IdempotencyKey,
  buildId: string,
): Promise<void> {
  const now = await databaseNow(trx);
  await trx<IdempotencyKeyRow>('idempotency_keys').insert({
    principal,
    key,
    body_hash: bodyHash,
    build_id: buildId,
    expires_at: toColumn(now + KEPT_FOR_MS),
  });
}
