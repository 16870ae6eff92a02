import { isError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OciLayoutError } from './OciLayoutError';
import { OciDocument, parseDocument } from './ociDocuments';
import { OciDescriptor } from './ociTypes';

const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** Reads an index, a manifest or a config, whose bytes must have the digest that names them. */
export async function readBlobDocument(
  directory: string,
  descriptor: OciDescriptor,
  signal: AbortSignal,
): Promise<OciDocument> {
  await verifyBlob(directory, descriptor, signal);
  return parseDocument(
    await readDocumentText(blobPath(directory, descriptor.digest)),
    descriptor.digest,
  );
}

/** Looks for a blob, and at its size. @throws OciLayoutError where it is not there, or not as large as the descriptor says. */
export async function findBlob(
  directory: string,
  descriptor: OciDescriptor,
): Promise<string> {
  const path = blobPath(directory, descriptor.digest);
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (error) {
    throw isMissing(error) ? missing(descriptor) : error;
  }
  if (size !== descriptor.size) {
    throw new OciLayoutError(
      `The blob ${descriptor.digest} has ${size} bytes where the layout tells ${descriptor.size}`,
    );
  }
  return path;
}

/** Reads a blob through. @throws OciLayoutError where it is not what the descriptor says. */
export async function verifyBlob(
  directory: string,
  descriptor: OciDescriptor,
  signal: AbortSignal,
): Promise<void> {
  const path = await findBlob(directory, descriptor);
  const [algorithm, expected] = descriptor.digest.split(':');
  const hash = createHash(algorithm);
  try {
    await pipeline(createReadStream(path), hash, { signal });
  } catch (error) {
    throw isMissing(error) ? missing(descriptor) : error;
  }
  if (hash.digest('hex') !== expected) {
    throw new OciLayoutError(
      `The content of the blob ${descriptor.digest} does not match its name`,
    );
  }
}

/** The text of a document, up to a size that no honest one has. */
export async function readDocumentText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_DOCUMENT_BYTES) {
      throw new OciLayoutError(
        `A document of the exported layout is ${size} bytes long; at most ${MAX_DOCUMENT_BYTES} are read`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw isMissing(error)
      ? new OciLayoutError('The builder has left no OCI image layout')
      : error;
  }
}

/** Where a layout keeps a blob. */
export function blobPath(directory: string, digest: string): string {
  if (!/^sha(256|512):[0-9a-f]+$/.test(digest)) {
    throw new OciLayoutError(`"${digest}" is no digest that can be verified`);
  }
  return join(directory, 'blobs', ...digest.split(':'));
}

function missing({ digest }: OciDescriptor): OciLayoutError {
  return new OciLayoutError(`The blob ${digest} is missing`);
}

function isMissing(error: unknown): boolean {
  return isError(error) && error.code === 'ENOENT';
}
