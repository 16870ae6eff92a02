import { Knex } from 'knex';
import { EntityOwnerRow } from './tables';

/**
 * Writes down who owns an entity, within the transaction of what needs it. It
 * writes nothing where all is as it was, which is the rule.
 */
export async function writeEntityOwners(
  trx: Knex.Transaction,
  entityRef: string,
  owners: string[],
): Promise<void> {
  const stored = await readEntityOwners(trx, entityRef);
  // In one order everywhere, so that two who write at once wait for each other
  // and not both for ever.
  const added = [...new Set(owners)]
    .filter(owner => !stored.includes(owner))
    .sort();
  const gone = stored.filter(owner => !owners.includes(owner));
  if (gone.length > 0) {
    await trx<EntityOwnerRow>('entity_owners')
      .where({ entity_ref: entityRef })
      .whereIn('owner_ref', gone)
      .delete();
  }
  if (added.length > 0) {
    await trx<EntityOwnerRow>('entity_owners')
      .insert(added.map(owner => ({ entity_ref: entityRef, owner_ref: owner })))
      .onConflict(['entity_ref', 'owner_ref'])
      .ignore();
  }
}

/** Who owns an entity, as the catalog told it last. */
export async function readEntityOwners(
  knex: Knex,
  entityRef: string,
): Promise<string[]> {
  return knex<EntityOwnerRow>('entity_owners')
    .where({ entity_ref: entityRef })
    .orderBy('owner_ref')
    .pluck('owner_ref');
}
