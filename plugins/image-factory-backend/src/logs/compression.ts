import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** Compresses a chunk of a log. The fastest level: a log shrinks to about a tenth by it, and the builder must not wait for us. */
export async function compressChunk(bytes: Buffer): Promise<Buffer> {
  return gzipAsync(bytes, { level: 1 });
}

/** The bytes of a stored chunk. */
export async function decompressChunk(data: Buffer): Promise<Buffer> {
  return gunzipAsync(data);
}
