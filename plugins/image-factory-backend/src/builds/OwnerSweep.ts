import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EntityOwnerStore } from '../database';
import { ownersOf } from './ownersOf';

const BATCH = 100;

/** All that the catalog has to tell of an entity. */
const FIELDS = ['kind', 'metadata.namespace', 'metadata.name', 'relations'];

/**
 * Asks the catalog again who owns the entities that have builds. The catalog
 * tells nobody when an owner changes, so it has to be asked now and then.
 */
export class OwnerSweep {
  readonly #catalog: CatalogService;
  readonly #auth: AuthService;
  readonly #owners: EntityOwnerStore;
  readonly #logger: LoggerService;

  static create(options: {
    catalog: CatalogService;
    auth: AuthService;
    owners: EntityOwnerStore;
    logger: LoggerService;
  }): OwnerSweep {
    return new OwnerSweep(options);
  }

  private constructor(options: Parameters<typeof OwnerSweep.create>[0]) {
    this.#catalog = options.catalog;
    this.#auth = options.auth;
    this.#owners = options.owners;
    this.#logger = options.logger;
  }

  /** What the catalog no longer has, or cannot tell right now, stays as it was. */
  async run(signal: AbortSignal): Promise<void> {
    let after = '';
    while (!signal.aborted) {
      const entityRefs = await this.#owners.entities(after, BATCH);
      if (entityRefs.length === 0) return;
      try {
        await this.#refresh(entityRefs);
      } catch (error) {
        this.#logger.warn(
          'Who owns the entities of builds could not be asked of the catalog. It stays as it was until the next try, in some minutes.',
          error as Error,
        );
        return;
      }
      after = entityRefs[entityRefs.length - 1];
    }
  }

  async #refresh(entityRefs: string[]): Promise<void> {
    const { items } = await this.#catalog.getEntitiesByRefs(
      { entityRefs, fields: FIELDS },
      { credentials: await this.#auth.getOwnServiceCredentials() },
    );
    await this.#owners.write(
      items.flatMap((entity, index) =>
        entity
          ? { entityRef: entityRefs[index], owners: ownersOf(entity) }
          : [],
      ),
    );
  }
}
