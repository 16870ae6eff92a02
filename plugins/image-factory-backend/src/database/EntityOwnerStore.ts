import { Knex } from 'knex';
import { writeEntityOwners } from './entityOwners';
import { transaction } from './transaction';

/** An entity and who owns it. */
export type EntityOwners = { entityRef: string; owners: string[] };

/** Who owns the entities that have builds. */
export class EntityOwnerStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): EntityOwnerStore {
    return new EntityOwnerStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The entities that have builds, in the order of their references, from the one after `after` on. */
  async entities(after: string, limit: number): Promise<string[]> {
    return this.#knex('builds')
      .distinct('entity_ref')
      .where('entity_ref', '>', after)
      .orderBy('entity_ref')
      .limit(limit)
      .pluck('entity_ref');
  }

  /** Writes down what the catalog says of some entities; those it no longer knows keep what they had. */
  async write(entities: EntityOwners[]): Promise<void> {
    const ordered = [...entities].sort((a, b) =>
      a.entityRef < b.entityRef ? -1 : 1,
    );
    await transaction(this.#knex, async trx => {
      for (const { entityRef, owners } of ordered) {
        await writeEntityOwners(trx, entityRef, owners);
      }
    });
  }
}
