export { checkImageTarget } from './checkImageTarget';
export type { ImageTargetCheck } from './checkImageTarget';
export { formatImageReference } from './formatImageReference';
export { ImagePusher } from './ImagePusher';
export type { PushEvent } from './ImagePusher';
export type {
  PushedReferrer,
  ReadReferrer,
  Referrer,
  ReferrerEvent,
} from './ImageReferrers';
export { readOciLayout } from './readOciLayout';
export type { OciDescriptor, OciImage, OciManifest } from './ociTypes';
export { OciLayoutError } from './OciLayoutError';
export {
  checkLayerCache,
  findLayerCacheConflict,
  layerCacheRepository,
} from './layerCache';
export { nameOciLayout } from './nameOciLayout';
export { packOciArchive } from './packOciArchive';
export { unpackOciArchive } from './unpackOciArchive';
export { parseImageReference } from './parseImageReference';
export type {
  ImageReference,
  ParsedImageReference,
} from './parseImageReference';
export type { RegistryAccessOptions } from './RegistryAccess';
export { readRegistries } from './readRegistries';
export { RegistryError } from './client/RegistryError';
export type { RegistrySettings } from './RegistrySettings';
export { toAuthFile } from './toAuthFile';
