import { SourceView } from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DirectorySources } from '../../../sources';

/** A folder of real files, seen as methods see it. */
export class SourceFolder {
  readonly #root: string;

  static async create(): Promise<SourceFolder> {
    const root = await mkdtemp(join(tmpdir(), 'method-'));
    await mkdir(join(root, 'source'));
    return new SourceFolder(root);
  }

  private constructor(root: string) {
    this.#root = root;
  }

  get path(): string {
    return join(this.#root, 'source');
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true });
    await writeFile(join(this.path, path), content);
  }

  async link(path: string, target: string): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true });
    await symlink(target, join(this.path, path));
  }

  async view(): Promise<SourceView> {
    const sources = await DirectorySources.create({
      roots: [{ name: 'test', path: this.#root }],
    });
    return sources.view({ type: 'directory', root: 'test', path: 'source' });
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}
