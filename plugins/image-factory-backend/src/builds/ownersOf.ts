import { Entity, RELATION_OWNED_BY } from '@backstage/catalog-model';

/** Who owns an entity, by the catalog: the same relations that its own `isEntityOwner` goes by. */
export function ownersOf(entity: Entity): string[] {
  const owners = (entity.relations ?? [])
    .filter(({ type }) => type === RELATION_OWNED_BY)
    .map(({ targetRef }) => targetRef);
  return [...new Set(owners)];
}
