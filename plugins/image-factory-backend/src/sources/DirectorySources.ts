import {
  DirectorySourceConfig,
  SourceView,
} from '@image-factory/backstage-plugin-image-factory-node';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { copyTree } from './copyTree';
import { DirectorySourceView } from './DirectorySourceView';
import { isInside } from './isInside';
import { ResolvedSource } from './resolvedSource';
import { SourceError } from './SourceError';

/** A directory that builds may take sources from. */
export type SourceRoot = {
  name: string;
  /** Absolute. */
  path: string;
};

/**
 * Sources in directories of this machine, for demos. Only what lies below a
 * configured root after all symbolic links are followed is a source.
 */
export class DirectorySources {
  readonly #roots: Map<string, string>;

  /** @throws Error where a root is not a directory: the operator's mistake. */
  static async create(options: {
    roots: SourceRoot[];
  }): Promise<DirectorySources> {
    const roots = new Map<string, string>();
    for (const { name, path } of options.roots) {
      if (roots.has(name)) {
        throw new Error(
          `imageFactory.sources.directories has two roots named '${name}'; rename one`,
        );
      }
      roots.set(name, await openRoot(name, path));
    }
    return new DirectorySources(roots);
  }

  private constructor(roots: Map<string, string>) {
    this.#roots = roots;
  }

  /** Finds the source of an entity by its location: its catalog file, or a directory. */
  async resolve(location: {
    type: 'file' | 'dir';
    target: string;
  }): Promise<ResolvedSource> {
    let path: string;
    try {
      path = await realpath(location.target);
      if (!(await stat(path)).isDirectory()) {
        path = dirname(path);
      }
    } catch {
      return {
        ok: false,
        problem: `The entity's source location "${location.target}" cannot be read by the portal. Check that it exists and refresh the entity.`,
      };
    }
    for (const [root, rootPath] of this.#roots) {
      if (isInside(path, rootPath)) {
        const below = relative(rootPath, path).split(sep).join('/');
        return {
          ok: true,
          source: { type: 'directory', root, path: below },
          location: below === '' ? root : `${root}/${below}`,
        };
      }
    }
    return { ok: false, problem: this.#outsideProblem(location.target) };
  }

  /** What may be looked at before a build is submitted. */
  async view(source: DirectorySourceConfig): Promise<SourceView> {
    return new DirectorySourceView(await this.#locate(source));
  }

  /**
   * Copies a source into an empty directory.
   *
   * @throws SourceError where it is gone, too large, or holds what may not be copied.
   */
  async copyTo(
    source: DirectorySourceConfig,
    directory: string,
    options: { signal: AbortSignal; maxBytes: number; maxFiles: number },
  ): Promise<{ files: number; bytes: number }> {
    return copyTree(await this.#locate(source), directory, options);
  }

  async #locate(source: DirectorySourceConfig): Promise<string> {
    const root = this.#roots.get(source.root);
    if (root === undefined) {
      throw new SourceError(
        `The source root "${source.root}" is no longer configured. Add it to imageFactory.sources.directories, or move the source.`,
      );
    }
    let path: string;
    try {
      path = await realpath(join(root, source.path));
    } catch {
      throw new SourceError(
        `The source "${source.root}/${source.path}" is no longer there.`,
      );
    }
    if (!isInside(path, root)) {
      throw new SourceError(
        `The source "${source.root}/${source.path}" lies outside its root.`,
      );
    }
    return path;
  }

  #outsideProblem(target: string): string {
    const name = basename(dirname(target));
    return this.#roots.size === 0
      ? `The sources of "${name}" are files of the portal's machine, from which nothing may be built. Name their folder in imageFactory.sources.directories.`
      : `The sources of "${name}" lie outside the folders from which may be built (${[
          ...this.#roots.keys(),
        ].join(
          ', ',
        )}). Move them there, or name their folder in imageFactory.sources.directories.`;
  }
}

async function openRoot(name: string, path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) {
      return real;
    }
  } catch {
    // Told below in the same words.
  }
  throw new Error(
    `imageFactory.sources.directories: the root '${name}' is not a directory that can be read: ${path}`,
  );
}
