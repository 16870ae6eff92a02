export type { BlobStore, BlobRange, OpenBlob, StoredBlob } from './BlobStore';
export { FilesystemBlobStore } from './FilesystemBlobStore';
export { executionFolder, runFolder } from './executionFolder';
export { vulnerabilityListKey } from './vulnerabilityListKey';
