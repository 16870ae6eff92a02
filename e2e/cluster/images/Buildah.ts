import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache';
import { unmountBelow } from '../machine/mounts';
import { run } from '../machine/run';

/** Builds images in a storage of its own, which goes when it is closed. */
export class Buildah {
  readonly #folder: string;

  static async open(): Promise<Buildah> {
    await mkdir(cacheFolder(), { recursive: true });
    return new Buildah(await mkdtemp(join(cacheFolder(), 'buildah.')));
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  get #root(): string {
    return join(this.#folder, 'root');
  }

  get #runRoot(): string {
    return join(this.#folder, 'run');
  }

  /** Builds a folder with a Dockerfile and names the image. */
  async build(options: {
    context: string;
    image: string;
    dockerfile?: string;
    args?: Record<string, string>;
    /** Folders of this machine that RUN finds, read-only. */
    volumes?: string[];
    /** Files that RUN mounts as secrets, by their ids. */
    secrets?: Record<string, string>;
    /** The last stage to build. */
    target?: string;
    /** Images that stand for stages, which are not built then. */
    stages?: Record<string, string>;
  }): Promise<void> {
    const { context, image, args = {}, volumes = [], target } = options;
    const { secrets = {}, stages = {} } = options;
    await this.#run([
      ...['bud', '--quiet', '--isolation', 'chroot', '--pull-never'],
      ...Object.entries(args).flatMap(each => ['--build-arg', each.join('=')]),
      ...volumes.flatMap(path => ['--volume', `${path}:${path}:ro`]),
      ...Object.entries(secrets).flatMap(([id, path]) => [
        '--secret',
        `id=${id},src=${path}`,
      ]),
      ...(target ? ['--target', target] : []),
      ...Object.entries(stages).flatMap(([stage, name]) => [
        '--build-context',
        `${stage}=docker-image://${name}`,
      ]),
      ...['--file', options.dockerfile ?? join(context, 'Dockerfile')],
      ...['--tag', image, context],
    ]);
  }

  /** Writes an image as an OCI layout. */
  async export(image: string, layout: string): Promise<void> {
    await this.#run(['push', '--quiet', image, `oci:${layout}:image`]);
  }

  /** Takes an image from an OCI layout, under a name. */
  async import(layout: string, image: string): Promise<void> {
    // buildah 1.28 makes the name of an image from a layout's path, and fails.
    const storage = `[vfs@${this.#root}+${this.#runRoot}]`;
    await run('skopeo', [
      ...['copy', '--quiet', `oci:${layout}:image`],
      `containers-storage:${storage}${image}`,
    ]);
  }

  async close(): Promise<void> {
    await unmountBelow(this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(args: string[]): Promise<string> {
    return run(
      'buildah',
      [
        ...['--root', this.#root],
        ...['--runroot', this.#runRoot],
        ...['--storage-driver', 'vfs', ...args],
      ],
      { env: { TMPDIR: this.#folder } },
    );
  }
}
