export { checkImageTarget } from './checkImageTarget';
export type { ImageTargetCheck } from './checkImageTarget';
export { formatImageReference } from './formatImageReference';
export { ImagePusher } from './ImagePusher';
export type { ImagePusherOptions, PushEvent } from './ImagePusher';
export { readOciLayout } from './readOciLayout';
export type { OciImage, OciManifest } from './ociTypes';
export { OciLayoutError } from './OciLayoutError';
export { nameOciLayout } from './nameOciLayout';
export { packOciArchive } from './packOciArchive';
export { unpackOciArchive } from './unpackOciArchive';
export { parseImageReference } from './parseImageReference';
export type {
  ImageReference,
  ParsedImageReference,
} from './parseImageReference';
export { readRegistries } from './readRegistries';
export { RegistryError } from './client/RegistryError';
export type { RegistrySettings } from './RegistrySettings';
export { toAuthFile } from './toAuthFile';
