import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { BlobStore } from '../../../plugins/image-factory-backend/src/blobs';

/** Blobs for as long as a test runs. */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Buffer>();
  return {
    async put(key, source) {
      const bytes = await buffer(source);
      blobs.set(key, bytes);
      return { sizeBytes: bytes.length, sha256: '' };
    },
    async open(key) {
      const bytes = blobs.get(key);
      return (
        bytes && { stream: Readable.from([bytes]), sizeBytes: bytes.length }
      );
    },
    async delete(key) {
      blobs.delete(key);
    },
    async deleteAll(folder) {
      for (const key of blobs.keys()) {
        if (key.startsWith(`${folder}/`)) blobs.delete(key);
      }
    },
  };
}
