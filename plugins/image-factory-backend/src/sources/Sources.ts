import {
  BuildSourceConfig,
  SourceView,
} from '@image-factory/backstage-plugin-image-factory-node';
import { DirectorySources } from './DirectorySources';
import { GitCopyOptions, GitSourceRequest, GitSources } from './git';
import { ResolvedSource } from './resolvedSource';

/** Which source is wanted. */
export type SourceRequest =
  | { type: 'file' | 'dir'; target: string }
  | ({ type: 'url' } & GitSourceRequest);

/** All that builds and executors know of where sources come from. */
export class Sources {
  readonly #directories: DirectorySources;
  readonly #git: GitSources;

  static create(options: {
    directories: DirectorySources;
    git: GitSources;
  }): Sources {
    return new Sources(options);
  }

  private constructor(options: {
    directories: DirectorySources;
    git: GitSources;
  }) {
    this.#directories = options.directories;
    this.#git = options.git;
  }

  /** Ends what belongs to no build. */
  async stop(): Promise<void> {
    await this.#git.stop();
  }

  /** Finds the source of an entity by its location. */
  async resolve(request: SourceRequest): Promise<ResolvedSource> {
    return request.type === 'url'
      ? this.#git.resolve(request)
      : this.#directories.resolve(request);
  }

  /** What may be looked at before a build is submitted; undefined where nothing can be before it is fetched. */
  async view(source: BuildSourceConfig): Promise<SourceView | undefined> {
    return source.type === 'git' ? undefined : this.#directories.view(source);
  }

  /**
   * Brings a source into an empty directory.
   *
   * @throws SourceError where it cannot be had, is too large, or holds what may not be copied.
   */
  async copyTo(
    source: BuildSourceConfig,
    directory: string,
    options: GitCopyOptions,
  ): Promise<{ files: number; bytes: number }> {
    if (source.type === 'git') {
      return this.#git.copyTo(source, directory, options);
    }
    await options.log(
      `Copying ${[source.root, source.path].filter(Boolean).join('/')}`,
    );
    return this.#directories.copyTo(source, directory, options);
  }
}
