import { OciDescriptor } from './ociTypes';

/** What the manifest of an artifact says, as far as it is used. */
export type ReferrerManifest = {
  artifactType: string;
  /** What it refers to. */
  subject: OciDescriptor;
  /** The one blob that it is made of. */
  layer: OciDescriptor;
  annotations: Record<string, string>;
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads the manifest of an artifact of one blob that refers to something; undefined where it is none such. Registries hold whatever somebody has pushed. */
export function parseReferrer(bytes: Buffer): ReferrerManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { artifactType, layers, annotations } = value;
  const subject = readDescriptor(value.subject);
  const [layer, ...others] = Array.isArray(layers)
    ? layers.map(readDescriptor)
    : [];
  if (
    typeof artifactType !== 'string' ||
    !subject ||
    !layer ||
    others.length > 0
  ) {
    return undefined;
  }
  return {
    artifactType,
    subject,
    layer,
    annotations: Object.fromEntries(
      Object.entries(isRecord(annotations) ? annotations : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  };
}

function readDescriptor(value: unknown): OciDescriptor | undefined {
  if (!isRecord(value)) return undefined;
  const { mediaType, digest, size } = value;
  return typeof mediaType === 'string' &&
    typeof digest === 'string' &&
    DIGEST.test(digest) &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0
    ? { mediaType, digest, size }
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
