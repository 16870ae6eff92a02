import { isError } from '@backstage/errors';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunProgram } from '../runProgram';
import { SourceError } from '../SourceError';
import { GitHost } from './GitHosts';
import { GitLogin } from './IntegrationLogins';

/** Beyond this, of what git prints only the end is kept. */
const KEPT_CHARACTERS = 256 * 1024;

/** Holds for every command: nothing that a repository brings may run, and nobody is asked. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.askPass=',
  'credential.helper=',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'maintenance.auto=false',
  'gc.auto=0',
  'advice.detachedHead=false',
];

/** How git ended by itself, and what it printed. */
export type GitEnd = { exitCode: number; output: string };

/** What one command of git is run with. */
export type GitCommand = {
  /** Where it runs, and what it may take for its home. */
  folder: string;
  run: RunProgram;
  signal: AbortSignal;
  onOutput?(bytes: Uint8Array): Promise<void>;
};

/** Runs git without the settings of this machine, and with those that make it safe to meet foreign repositories. */
export class GitProgram {
  readonly #path: string;
  readonly #environment: Record<string, string>;
  readonly #mask: (text: string) => string;

  constructor(options: {
    /** A path, or a name that is looked for on the PATH. */
    path: string;
    /** What it needs to know of this machine; `GIT_…` is not taken over. */
    environment: Record<string, string>;
    /** Hides secrets in what it says where it fails, which is quoted. */
    mask: (text: string) => string;
  }) {
    this.#path = options.path;
    this.#mask = options.mask;
    this.#environment = Object.fromEntries(
      Object.entries(options.environment).filter(
        ([name]) => !/^(GIT_|SSH_|LC_|LANG)/.test(name),
      ),
    );
  }

  /**
   * Runs a command to its end.
   *
   * @throws SourceError where there is no git, or it was ended by another
   */
  async run(args: string[], command: GitCommand): Promise<GitEnd> {
    const { folder, signal } = command;
    let output = '';
    const decoder = new TextDecoder();
    const end = await command.run(
      {
        argv: [
          this.#path,
          ...SETTINGS.flatMap(setting => ['-c', setting]),
          ...args,
        ],
        env: this.#environmentIn(folder),
        cwd: folder,
      },
      {
        signal,
        onOutput: async bytes => {
          output += decoder.decode(bytes, { stream: true });
          output = output.slice(-KEPT_CHARACTERS);
          await command.onOutput?.(bytes);
        },
      },
    );
    signal.throwIfAborted();
    switch (end.type) {
      case 'exited':
        return {
          exitCode: end.exitCode,
          output: end.exitCode === 0 ? output : this.#mask(output),
        };
      case 'killed':
        throw new SourceError(`git was ended from outside by ${end.signal}.`, {
          class: 'infrastructure',
          hint: 'Most often the machine ran out of memory: give it more, or let fewer builds run at once.',
        });
      default:
        throw new SourceError(
          isError(end.error) && end.error.code === 'ENOENT'
            ? 'Git is not installed on the machine of the portal, which fetches sources with it.'
            : `Git could not be started: ${end.error.message}.`,
          {
            class: 'infrastructure',
            hint: 'Install it there: Debian/Ubuntu: apt-get install git · Fedora: dnf install git · macOS: xcode-select --install.',
          },
        );
    }
  }

  /**
   * Lets `use` talk with a host: it gets the settings to go before a command.
   * The login is in a file that only this user can read, that git reads by
   * itself and gives to this host alone, and that is gone when this is back.
   */
  async withHost<T>(
    options: {
      folder: string;
      host: GitHost;
      login: GitLogin | undefined;
      /** A host that sends nothing for so long is given up. */
      silenceSeconds: number;
    },
    use: (settings: string[]) => Promise<T>,
  ): Promise<T> {
    const { folder, host, login, silenceSeconds } = options;
    const file = join(folder, 'login');
    const settings = [
      'http.followRedirects=false',
      'http.lowSpeedLimit=1',
      `http.lowSpeedTime=${silenceSeconds}`,
      ...(host.caFile ? [`http.sslCAInfo=${host.caFile}`] : []),
      ...(login ? [`credential.helper=store --file=${quote(file)}`] : []),
    ].flatMap(setting => ['-c', setting]);
    if (!login) return use(settings);
    const user = [login.username, login.password]
      .map(encodeURIComponent)
      .join(':');
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(file, `https://${user}@${host.host}\n`, { mode: 0o600 });
      return await use(settings);
    } finally {
      await rm(file, { force: true });
    }
  }

  #environmentIn(folder: string): Record<string, string> {
    return {
      ...this.#environment,
      LC_ALL: 'C',
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      TMPDIR: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      // A folder of a repository of somebody else's may hold this one.
      GIT_CEILING_DIRECTORIES: dirname(folder),
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'https',
      GIT_LFS_SKIP_SMUDGE: '1',
    };
  }
}

/** For the shell that git starts its helpers with. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
