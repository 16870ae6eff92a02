import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** Compresses a chunk of a log. The fastest level: a log shrinks to about a tenth by it, and the builder must not wait for us. */
export async function compressChunk(bytes: Buffer): Promise<Buffer> {
  return gzipAsync(bytes, { level: 1 });
}

/**
 * The bytes of a stored chunk.
 *
 * @param byteLength - how many they are: with room for all of them at once, a mebibyte takes one turn instead of 64
 */
export async function decompressChunk(
  data: Buffer,
  byteLength: number,
): Promise<Buffer> {
  return gunzipAsync(data, { chunkSize: Math.max(64, byteLength + 1) });
}
