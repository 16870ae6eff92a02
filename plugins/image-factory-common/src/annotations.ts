/**
 * Entity annotation that makes a component buildable: the image reference to
 * build. Without a tag the image is tagged with the build's number. A reference
 * without a registry host is exported as an archive, not pushed.
 *
 * @public
 */
export const ANNOTATION_IMAGE = 'image-factory.io/image';

/**
 * Entity annotation that picks the build method; `docker` where it is absent.
 *
 * @public
 */
export const ANNOTATION_METHOD = 'image-factory.io/method';

/**
 * Entity annotation that says where its images are built: `auto`, or the id or
 * the type of an executor; the portal's default where it is absent.
 *
 * @public
 */
export const ANNOTATION_INFRASTRUCTURE = 'image-factory.io/infrastructure';

/**
 * The name of an entity's image where it declares only one.
 *
 * @public
 */
export const DEFAULT_IMAGE_NAME = 'default';

/**
 * Tells whether an entity declares an image to build.
 *
 * @public
 */
export function isImageFactoryAvailable(entity: {
  metadata: { annotations?: Record<string, string> };
}): boolean {
  return Boolean(entity.metadata.annotations?.[ANNOTATION_IMAGE]?.trim());
}
