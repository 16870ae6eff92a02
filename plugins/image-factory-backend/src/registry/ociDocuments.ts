import { OciLayoutError } from './OciLayoutError';
import { OciDescriptor, OciPlatform } from './ociTypes';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** The members that are read of an index, a manifest or a config. */
export type OciDocument = OciPlatform & {
  manifests?: OciDescriptor[];
  config?: OciDescriptor;
  layers?: OciDescriptor[];
};

/** Tells whether a descriptor is of an index of several manifests. */
export function isIndex(descriptor: OciDescriptor): boolean {
  return INDEX_TYPES.includes(descriptor.mediaType);
}

/** @throws OciLayoutError where the text is no such document. */
export function parseDocument(text: string, name: string): OciDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OciLayoutError(`${name} of the exported layout is not JSON`);
  }
  if (!isRecord(value)) {
    throw new OciLayoutError(`${name} of the exported layout is no object`);
  }
  return {
    os: readString(value.os),
    architecture: readString(value.architecture),
    variant: readString(value.variant),
    manifests: readDescriptors(value.manifests, name),
    config: isDescriptor(value.config) ? value.config : undefined,
    layers: readDescriptors(value.layers, name),
  };
}

function readDescriptors(
  value: unknown,
  name: string,
): OciDescriptor[] | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!Array.isArray(value) || !value.every(isDescriptor)) {
    throw new OciLayoutError(
      `${name} of the exported layout has a list that is not of descriptors`,
    );
  }
  return value;
}

function isDescriptor(value: unknown): value is OciDescriptor {
  return (
    isRecord(value) &&
    typeof value.mediaType === 'string' &&
    typeof value.digest === 'string' &&
    typeof value.size === 'number'
  );
}

function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
