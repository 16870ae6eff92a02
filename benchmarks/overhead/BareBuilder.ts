import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DRIVERS = ['overlay', 'vfs'];
const IMAGE = 'localhost/bare';

/** The two commands that a build is made of, with Buildah and nothing else around them. */
export class BareBuilder {
  readonly #directory: string;
  readonly #storage: string[];

  /** With the storage driver that the local executor would choose. */
  static async create(directory: string): Promise<BareBuilder> {
    for (const driver of DRIVERS) {
      const root = join(directory, `store-${driver}`);
      mkdirSync(root, { recursive: true });
      const storage = [
        `--root=${root}`,
        `--runroot=${join(directory, 'run')}`,
        `--storage-driver=${driver}`,
      ];
      try {
        await run('buildah', [...storage, 'info']);
        return new BareBuilder(directory, storage);
      } catch {
        // The next one may work here.
      }
    }
    throw new Error('buildah can make no store here, so nothing is measured');
  }

  private constructor(directory: string, storage: string[]) {
    this.#directory = directory;
    this.#storage = storage;
  }

  /** Builds a source into an OCI layout, and tells how long that took, in milliseconds. */
  async build(source: string): Promise<number> {
    const layout = join(this.#directory, 'layout');
    const begin = performance.now();
    await run('buildah', [
      ...this.#storage,
      'build',
      '--isolation=chroot',
      '--format=oci',
      '--layers=false',
      '--force-rm',
      `--tag=${IMAGE}`,
      `--file=${join(source, 'Dockerfile')}`,
      source,
    ]);
    await run('buildah', [...this.#storage, 'push', IMAGE, `oci:${layout}`]);
    const took = performance.now() - begin;
    await run('buildah', [...this.#storage, 'rmi', '--force', IMAGE]);
    rmSync(layout, { recursive: true });
    return took;
  }
}
