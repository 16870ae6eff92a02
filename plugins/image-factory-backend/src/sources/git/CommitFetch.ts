import { GitSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { rm } from 'node:fs/promises';
import { RunProgram } from '../runProgram';
import { SourceError } from '../SourceError';
import { explainExcess } from './explainExcess';
import { explainGitFailure } from './explainGitFailure';
import { isCommitHash } from './findReferenceProblem';
import { GitHost } from './GitHosts';
import { GitProgram } from './GitProgram';
import { GitProgress } from './GitProgress';
import { loginKind } from './GitReferences';
import { GitLogin } from './IntegrationLogins';
import { plainRepository } from './parseGitLocation';

/** Hosts have minutes of work before the first byte of a large repository. */
const SILENCE_SECONDS = 180;

/** What a host says that gives the tips of references alone, or has the commit no longer. */
const REFUSED =
  /not our ref|does not allow request for unadvertised object|couldn't find remote ref/i;

/** The index holds every name of the repository, with its path: a small pack may tell of billions. */
const MAX_ENTRIES = 1_000_000;
const MAX_NAME_BYTES = 256 * 1024 * 1024;

const NO_SUCH_PATH = /did not match any file/;

/** What a fetch works with. */
export type FetchOptions = {
  source: GitSourceConfig;
  host: GitHost;
  login: GitLogin | undefined;
  git: GitProgram;
  run: RunProgram;
  /** Empty, and this fetch's own. */
  folder: string;
  signal: AbortSignal;
  maxBytes: number;
  /** Of files, directories and links of the source together. */
  maxFiles: number;
  log(line: string): Promise<void>;
};

/** One fetch of one commit. */
export class CommitFetch {
  readonly #options: FetchOptions;
  readonly #repository: string;

  constructor(options: FetchOptions, repository: string) {
    this.#options = options;
    this.#repository = repository;
  }

  /**
   * Fetches, and leaves the files of the source in an empty folder, at their places in the repository.
   *
   * @throws SourceError where the commit cannot be had
   */
  async fetch(tree: string): Promise<void> {
    const { source, host, login, git, folder } = this.#options;
    await git.withHost(
      { folder, host, login, silenceSeconds: SILENCE_SECONDS },
      settings => this.#fetchInto(settings),
    );
    await this.#checkOut(tree);
    const submodules = await this.#git([
      'cat-file',
      '-e',
      `${source.commit}:.gitmodules`,
    ]);
    if (submodules.exitCode === 0) {
      await this.#options.log(
        'The repository has submodules, which are not fetched: their folders are empty.',
      );
    }
  }

  /** The source's folder alone, yet by the attributes of the whole repository, which the index has. */
  async #checkOut(tree: string): Promise<void> {
    const { commit, path } = this.#options.source;
    await this.#checkNames();
    const read = await this.#git(['read-tree', commit]);
    if (read.exitCode !== 0) throw this.#explain(read.output);
    const { exitCode, output } = await this.#git([
      `--work-tree=${tree}`,
      '--literal-pathspecs',
      'checkout',
      '--quiet',
      '--force',
      '--',
      path || '.',
    ]);
    // Whoever looks for the folder says that it is not there.
    if (exitCode !== 0 && !NO_SUCH_PATH.test(output)) {
      throw this.#explain(output);
    }
  }

  /** Counts what the index would hold, folders with it: trees that name each other tell of them alone. */
  async #checkNames(): Promise<void> {
    const { source, maxFiles, signal } = this.#options;
    const tooMany = new AbortController();
    // The whole repository is the source, or only read for its attributes.
    const isWhole = source.path === '';
    const limit = isWhole ? Math.min(maxFiles, MAX_ENTRIES) : MAX_ENTRIES;
    let entries = 0;
    let bytes = 0;
    const listing = ['ls-tree', '-r', '-t', '-z', '--name-only', '--full-tree'];
    try {
      const { exitCode, output } = await this.#git(
        [...listing, source.commit],
        async chunk => {
          bytes += chunk.length;
          for (const byte of chunk) if (byte === 0) entries += 1;
          if (entries > limit || bytes > MAX_NAME_BYTES) tooMany.abort();
        },
        AbortSignal.any([signal, tooMany.signal]),
      );
      if (exitCode !== 0) throw this.#explain(output);
    } catch (error) {
      if (signal.aborted || !tooMany.signal.aborted) throw error;
      const isFiles = isWhole && entries > maxFiles;
      throw explainExcess(isFiles ? 'files' : 'names', this.#options);
    }
  }

  /** The commit alone; else the tip that it was; else all there is, since the branch may have moved on. */
  async #fetchInto(settings: string[]): Promise<void> {
    const { source, log } = this.#options;
    const { ref, commit } = source;
    const attempts = [
      ['--depth=1', '--end-of-options', source.repository, commit],
      ...(isCommitHash(ref)
        ? []
        : [['--depth=1', '--end-of-options', source.repository, ref]]),
      [
        '--end-of-options',
        source.repository,
        '+refs/heads/*:refs/remotes/origin/*',
        '+refs/tags/*:refs/tags/*',
      ],
    ];
    for (const [index, attempt] of attempts.entries()) {
      if (index === attempts.length - 1) {
        await log('The host does not give this commit alone: fetching all.');
      }
      if (
        (await this.#tryFetch([...settings, ...fetchArguments(attempt)])) ===
        'fetched'
      ) {
        if (await this.#hasCommit()) return;
        // Whatever it is, the host has given it under this very name.
        if (index === 0) throw this.#gone();
      }
    }
    throw this.#gone();
  }

  async #tryFetch(args: string[]): Promise<'fetched' | 'refused'> {
    await rm(this.#repository, { recursive: true, force: true });
    const { commit } = this.#options.source;
    const made = await this.#git([
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`,
    ]);
    if (made.exitCode !== 0) throw this.#explain(made.output);
    const progress = new GitProgress(this.#options.log);
    const { exitCode, output } = await this.#git(args, bytes =>
      progress.write(bytes),
    );
    await progress.end();
    if (exitCode === 0) return 'fetched';
    if (REFUSED.test(output)) return 'refused';
    throw this.#explain(output);
  }

  async #hasCommit(): Promise<boolean> {
    const { commit } = this.#options.source;
    const { exitCode, output } = await this.#git([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${commit}^{commit}`,
    ]);
    return exitCode === 0 && output.trim().endsWith(commit);
  }

  #git(
    args: string[],
    onOutput?: (bytes: Uint8Array) => Promise<void>,
    signal = this.#options.signal,
  ) {
    const { git, folder, run } = this.#options;
    return git.run([`--git-dir=${this.#repository}`, ...args], {
      folder,
      run,
      signal,
      onOutput,
    });
  }

  #gone(): SourceError {
    const { repository, commit, ref } = this.#options.source;
    return new SourceError(
      `${plainRepository(repository)} has no commit ${commit}${
        isCommitHash(ref)
          ? ''
          : ` any more, which was ${ref} when the build was submitted`
      }.`,
      {
        hint: isCommitHash(ref)
          ? 'Check the hash, and that the commit has been pushed.'
          : 'Its history was probably rewritten. Build again to take the newest commit.',
      },
    );
  }

  #explain(output: string): SourceError {
    const { source, login } = this.#options;
    return explainGitFailure(output, {
      repository: source.repository,
      ref: source.ref,
      login: loginKind(source.credentials, login),
      asker: 'build',
    });
  }
}

function fetchArguments(attempt: string[]): string[] {
  return [
    '-c',
    'fetch.unpackLimit=1',
    'fetch',
    '--progress',
    '--no-tags',
    '--no-recurse-submodules',
    ...attempt,
  ];
}
