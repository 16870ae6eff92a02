import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
  getEntitySourceLocation,
  parseEntityRef,
  parseLocationRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  ANNOTATION_IMAGE,
  ANNOTATION_INFRASTRUCTURE,
  ANNOTATION_METHOD,
  DEFAULT_IMAGE_NAME,
} from '@image-factory/backstage-plugin-image-factory-common';

const DEFAULT_METHOD = 'docker';

/** The tenant of entities without an owner; everybody belongs to it. */
export const TENANT_WITHOUT_OWNER = 'default';

/** An image that an entity declares. */
export type DeclaredImage = {
  name: string;
  /** The reference as the entity has it. */
  image: string;
  method: string;
  /** Where it is to be built; undefined where the entity leaves that open. */
  infrastructure: string | undefined;
};

/** Where an entity's sources are, by its own word. */
export type SourceLocation = { type: string; target: string };

/** The image of that name that an entity declares, or undefined where it declares none such. */
export function declaredImage(
  entity: Entity,
  imageName: string = DEFAULT_IMAGE_NAME,
): DeclaredImage | undefined {
  const image = entity.metadata.annotations?.[ANNOTATION_IMAGE]?.trim();
  if (!image || imageName !== DEFAULT_IMAGE_NAME) return undefined;
  return {
    name: DEFAULT_IMAGE_NAME,
    image,
    method:
      entity.metadata.annotations?.[ANNOTATION_METHOD]?.trim() ||
      DEFAULT_METHOD,
    infrastructure:
      entity.metadata.annotations?.[ANNOTATION_INFRASTRUCTURE]?.trim() ||
      undefined,
  };
}

/** Why an entity declares no image of that name, and what to add to it. */
export function explainNoImage(
  entity: Entity,
  imageName: string = DEFAULT_IMAGE_NAME,
): string {
  const entityRef = stringifyEntityRef(entity);
  return declaredImage(entity)
    ? `${entityRef} declares no image ${JSON.stringify(
        imageName,
      )}. Its only image is ${DEFAULT_IMAGE_NAME}.`
    : `${entityRef} is not buildable. Add the annotation ${ANNOTATION_IMAGE} with an image reference, such as ${entity.metadata.name}, to its catalog-info.yaml.`;
}

/**
 * Whether the entity itself stands in a file of the machine that the portal's
 * admins have put into the catalog. Whoever writes one elsewhere may write any
 * source location, and must not reach the machine's directories by it, also
 * where a file of the machine lists theirs.
 */
export function isLoadedFromFile(entity: Entity): boolean {
  return [ANNOTATION_ORIGIN_LOCATION, ANNOTATION_LOCATION].every(name => {
    const location = entity.metadata.annotations?.[name];
    return location !== undefined && parseLocationRef(location).type === 'file';
  });
}

/** The source location of an entity; undefined where it has none. */
export function sourceLocation(entity: Entity): SourceLocation | undefined {
  try {
    return getEntitySourceLocation(entity);
  } catch {
    // It throws where an entity has no location annotation at all.
    return undefined;
  }
}

/** Who the builds of an entity are accounted to: its owner. */
export function tenantOf(entity: Entity): string {
  const owner = entity.spec?.owner;
  if (typeof owner !== 'string' || !owner.trim()) return TENANT_WITHOUT_OWNER;
  return stringifyEntityRef(
    parseEntityRef(owner, {
      defaultKind: 'group',
      defaultNamespace: entity.metadata.namespace,
    }),
  );
}
