export type { BlobStore, BlobRange, OpenBlob, StoredBlob } from './BlobStore';
export { FilesystemBlobStore } from './FilesystemBlobStore';
export { executionFolder } from './executionFolder';
export { vulnerabilityListKey } from './vulnerabilityListKey';
