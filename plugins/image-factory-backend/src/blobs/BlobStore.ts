import { Readable } from 'node:stream';

/** Bytes of a blob, both ends included and counted from 0, as in an HTTP range. */
export type BlobRange = { start: number; end: number };

/** What was stored. */
export type StoredBlob = {
  sizeBytes: number;
  /** In hexadecimal. */
  sha256: string;
};

/** A blob that is being read. The stream must be consumed or destroyed. */
export type OpenBlob = {
  stream: Readable;
  /** Of the whole blob, also where a range is read. */
  sizeBytes: number;
};

/**
 * Keeps bytes under keys such as `artifacts/<build>/<execution>/image.tar`. A
 * blob is there whole or not at all.
 */
export interface BlobStore {
  /** Stores a blob; one that is there already is replaced. */
  put(key: string, source: Readable): Promise<StoredBlob>;
  /** Undefined where there is none. */
  open(key: string, range?: BlobRange): Promise<OpenBlob | undefined>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Deletes all below a folder of keys, such as `artifacts/<build>/<execution>`, also what a writer has left half-written. */
  deleteAll(folder: string): Promise<void>;
}
