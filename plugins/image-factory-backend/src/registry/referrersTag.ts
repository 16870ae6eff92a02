import { OciDescriptor } from './ociTypes';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

/** The tag of the index that lists what refers to a manifest, where the registry does not list it by itself. */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

/**
 * The index of such a tag with further artifacts in it.
 *
 * @returns undefined where nothing is to be written: all are in it, or the tag is that of something else, which stays
 */
export function addReferrers(
  there: { mediaType: string; bytes: Buffer } | undefined,
  referrers: OciDescriptor[],
): Buffer | undefined {
  const listed = there ? listedIn(there) : [];
  if (!listed) return undefined;
  const missing = referrers.filter(
    ({ digest }) => !listed.some(each => each.digest === digest),
  );
  return missing.length > 0
    ? Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: INDEX_TYPE,
          manifests: [...listed, ...missing],
        }),
      )
    : undefined;
}

/** As they stand there, with whatever others have written into them. */
function listedIn({
  mediaType,
  bytes,
}: {
  mediaType: string;
  bytes: Buffer;
}): { digest: unknown }[] | undefined {
  if (mediaType !== INDEX_TYPE) return undefined;
  try {
    const { manifests } = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(manifests) &&
      manifests.every(each => typeof each === 'object' && each !== null)
      ? manifests
      : undefined;
  } catch {
    return undefined;
  }
}
