import { GitSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CopyLimits, copyTree } from '../copyTree';
import { isInside } from '../isInside';
import { RunProgram } from '../runProgram';
import { SourceError } from '../SourceError';
import { ResolvedSource } from '../resolvedSource';
import { explainTimeout, fetchCommit } from './fetchCommit';
import { findReferenceProblem } from './findReferenceProblem';
import { GitHost, GitHosts } from './GitHosts';
import { GitProgram } from './GitProgram';
import { GitReferences } from './GitReferences';
import { GitLogin } from './IntegrationLogins';
import {
  isSameRepository,
  parseGitLocation,
  plainRepository,
} from './parseGitLocation';
import { untilAborted } from './untilAborted';

const ASKING_MILLISECONDS = 20_000;

/** A location of the catalog. */
export type CatalogLocation = { type: string; target: string };

/** Which source of a git host is wanted, and by whom. */
export type GitSourceRequest = {
  /** The URL of the entity's source location. */
  target: string;
  /** Instead of the location's own, or the default branch. */
  ref?: string;
  /** Where the catalog has the entity from, and where it was told to look there. */
  readFrom: { location?: CatalogLocation; origin?: CatalogLocation };
  /** Asks the host, however lately it was asked. */
  fresh: boolean;
};

/** What a fetch needs beside the limits of every copy. */
export type GitCopyOptions = CopyLimits & {
  /** An empty folder of the build's own, or one that is to be made. */
  scratch: string;
  log(line: string): Promise<void>;
  run: RunProgram;
};

/** Sources in repositories of git hosts that the portal's admins have named. */
export class GitSources {
  readonly #hosts: GitHosts;
  readonly #git: GitProgram;
  readonly #references: GitReferences;
  readonly #timeoutMilliseconds: number;

  static async create(options: {
    hosts: GitHosts;
    /** The path of git, or its name on the PATH. */
    git: string;
    /** What git needs to know of this machine, such as its proxies. */
    environment: Record<string, string>;
    /** Hides secrets in a text. */
    mask: (text: string) => string;
    /** Asks hosts for their references; builds bring their own. */
    run: RunProgram;
    /** For what is needed while a host is asked. */
    directory: string;
    /** How long the fetch of a source may take. */
    timeoutMilliseconds: number;
    /** How long a host may take to tell a commit; 20 s unless told otherwise. */
    askingMilliseconds?: number;
    /** Milliseconds of a clock that nobody can set. */
    steady: () => number;
  }): Promise<GitSources> {
    const sources = new GitSources(options);
    await sources.#references.start();
    return sources;
  }

  private constructor(options: Parameters<typeof GitSources.create>[0]) {
    const { hosts } = options;
    this.#hosts = hosts;
    this.#git = new GitProgram({
      path: options.git,
      environment: options.environment,
      mask: options.mask,
    });
    this.#references = new GitReferences({
      git: this.#git,
      run: options.run,
      login: repository => hosts.login(repository),
      directory: options.directory,
      timeoutMilliseconds: options.askingMilliseconds ?? ASKING_MILLISECONDS,
      steady: options.steady,
    });
    this.#timeoutMilliseconds = options.timeoutMilliseconds;
  }

  /** Ends all questions to hosts; fetches belong to the builds that they are for. */
  async stop(): Promise<void> {
    await this.#references.stop();
  }

  /** Finds the source of an entity by its location, at the commit that its reference stands for now. */
  async resolve(request: GitSourceRequest): Promise<ResolvedSource> {
    const location = this.#parse(request.target);
    if (!location.ok) return fail('/source', location.problem);
    const host = this.#hosts.find(location.host);
    if (!host) {
      return fail(
        '/source',
        sentence(this.#hosts.explainUnknown(location.host)),
      );
    }
    const ref = request.ref ?? location.ref;
    const problem = ref !== undefined && findReferenceProblem(ref);
    if (problem) return fail('/ref', problem);

    const repository = cloneUrl(location.repository, host);
    const credentials = this.#isReadFromThere(repository, request.readFrom)
      ? 'host'
      : 'none';
    const answer = await this.#references.resolve(
      { repository, host, ref, credentials },
      { fresh: request.fresh },
    );
    if (!answer.ok) {
      const failed = fail(
        answer.isReference ? '/ref' : '/source',
        sentence(answer.error),
      );
      return answer.error.failureClass === 'infrastructure'
        ? { ...failed, unavailable: true }
        : failed;
    }
    return {
      ok: true,
      source: {
        type: 'git',
        repository,
        ref: answer.ref,
        commit: answer.commit,
        path: location.path,
        credentials,
      },
      location:
        plainRepository(repository) + (location.path && ` (${location.path})`),
    };
  }

  /**
   * Fetches the commit of a source and copies its folder into an empty directory.
   *
   * @throws SourceError where it cannot be had, is too large, or holds what may not be copied.
   */
  async copyTo(
    source: GitSourceConfig,
    directory: string,
    options: GitCopyOptions,
  ): Promise<{ files: number; bytes: number }> {
    const { log } = options;
    const url = new URL(source.repository);
    const host = this.#hosts.find(url.host);
    if (!host) throw this.#hosts.explainUnknown(url.host);
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds);
    const login =
      source.credentials === 'host'
        ? await this.#login(source, options.signal, timeout)
        : undefined;
    const folder = join(options.scratch, 'git');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await log(
        `Fetching commit ${source.commit} (${source.ref}) of ${plainRepository(
          source.repository,
        )} ${login ? "with the portal's login" : 'without a login'}`,
      );
      const tree = await fetchCommit({
        ...options,
        source,
        host,
        login,
        git: this.#git,
        folder: await realpath(folder),
        timeout,
        timeoutMilliseconds: this.#timeoutMilliseconds,
      });
      return await copyTree(await locate(tree, source), directory, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #login(
    source: GitSourceConfig,
    signal: AbortSignal,
    timeout: AbortSignal,
  ): Promise<GitLogin | undefined> {
    try {
      return await untilAborted(
        () => this.#hosts.login(source.repository),
        AbortSignal.any([signal, timeout]),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw timeout.aborted
        ? explainTimeout(source, this.#timeoutMilliseconds)
        : error;
    }
  }

  #parse(target: string) {
    return parseGitLocation(target, host =>
      this.#hosts.isBitbucketServer(host),
    );
  }

  /**
   * Whether the entity's author may use the portal's login. Who can write into
   * the repository that the catalog has read the entity from sees nothing new of
   * it; who writes an entity elsewhere would read through the portal whatever its
   * login can. Files of the machine are the portal's admins' own.
   */
  #isReadFromThere(
    repository: string,
    { location, origin }: GitSourceRequest['readFrom'],
  ): boolean {
    if (location?.type === 'url') {
      const parsed = this.#parse(location.target);
      return parsed.ok && isSameRepository(parsed.repository, repository);
    }
    return location?.type === 'file' && origin?.type === 'file';
  }
}

function cloneUrl(repository: string, host: GitHost): string {
  return host.needsSuffix && !repository.endsWith('.git')
    ? `${repository}.git`
    : repository;
}

async function locate(tree: string, source: GitSourceConfig): Promise<string> {
  try {
    const path = await realpath(join(tree, source.path));
    if (isInside(path, tree) && (await stat(path)).isDirectory()) {
      return path;
    }
  } catch {
    // Told below in the same words.
  }
  throw new SourceError(
    `${plainRepository(source.repository)} has no folder "${
      source.path
    }" at commit ${source.commit}.`,
    {
      hint: 'Check the annotation backstage.io/source-location in its catalog-info.yaml, and that the folder was pushed.',
    },
  );
}

function sentence({ message, hint }: SourceError): string {
  return [message, hint].filter(Boolean).join(' ');
}

function fail(path: '/ref' | '/source', problem: string) {
  return { ok: false as const, path, problem };
}
