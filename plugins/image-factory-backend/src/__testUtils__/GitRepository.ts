import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Git without the settings of whoever runs the test. */
export const TEST_GIT_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** A bare repository of a test's git server. */
export class GitRepository {
  /** As it is cloned from, without `.git`. */
  readonly url: string;
  readonly directory: string;

  constructor(options: { url: string; directory: string }) {
    this.url = options.url;
    this.directory = options.directory;
  }

  /** Adds a commit with these files beside those that the branch has, and gives its hash. */
  async commit(
    files: Record<string, string | Buffer>,
    options: {
      branch?: string;
      /** Symbolic links by their paths. */
      links?: Record<string, string>;
    } = {},
  ): Promise<string> {
    const { branch = 'main', links = {} } = options;
    const work = await mkdtemp(join(tmpdir(), 'git-work-'));
    const git = (...args: string[]) => this.git(`--work-tree=${work}`, ...args);
    try {
      const head = await this.hash(`refs/heads/${branch}`).catch(
        () => undefined,
      );
      await this.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
      await (head
        ? git('reset', '--quiet', '--hard', head)
        : git('read-tree', '--empty'));
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), content);
      }
      for (const [path, target] of Object.entries(links)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await symlink(target, join(work, path));
      }
      await git('add', '--all', '--force', '.');
      await git('commit', '--quiet', '--allow-empty', '--message=Change');
      return await this.hash('HEAD');
    } finally {
      await this.git('symbolic-ref', 'HEAD', 'refs/heads/main');
      await rm(work, { recursive: true, force: true });
    }
  }

  async hash(revision: string): Promise<string> {
    return (
      await this.git('rev-parse', '--verify', '--quiet', revision)
    ).trim();
  }

  /** Runs git in the repository. */
  async git(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      'git',
      ['-c', 'core.bare=false', `--git-dir=${this.directory}`, ...args],
      { env: TEST_GIT_ENVIRONMENT },
    );
    return stdout;
  }
}
