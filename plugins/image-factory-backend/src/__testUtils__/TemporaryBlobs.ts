import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemBlobStore } from '../blobs';

/** Stores of blobs for the tests of one file, each in a folder of its own that is removed at the end. */
export class TemporaryBlobs {
  readonly #folders: string[] = [];

  /** To be called within a `describe`. */
  static create(): TemporaryBlobs {
    const temporary = new TemporaryBlobs();
    afterAll(() => temporary.#remove());
    return temporary;
  }

  async store(): Promise<FilesystemBlobStore> {
    const directory = await mkdtemp(join(tmpdir(), 'image-factory-blobs-'));
    this.#folders.push(directory);
    return FilesystemBlobStore.create({ directory });
  }

  async #remove(): Promise<void> {
    for (const folder of this.#folders) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
