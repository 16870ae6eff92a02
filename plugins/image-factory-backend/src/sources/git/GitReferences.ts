import pLimit, { Limit } from 'p-limit';
import { RunProgram } from '../runProgram';
import { SourceError } from '../SourceError';
import { AskFolders } from './AskFolders';
import { explainFolderFailure } from './explainFolderFailure';
import { explainGitFailure } from './explainGitFailure';
import { GitHost } from './GitHosts';
import { GitProgram } from './GitProgram';
import { GitLogin } from './IntegrationLogins';
import { plainRepository } from './parseGitLocation';
import { quoteText } from './quoteText';
import {
  FoundReference,
  readRemoteReferences,
  referencePatterns,
} from './readRemoteReferences';
import { untilAborted } from './untilAborted';

/** Of one host, so that one that is slow holds up nobody who asks another. */
const ASKED_AT_ONCE = 4;
const WAITING_AT_MOST = 50;
const KEPT_ANSWERS = 500;
/** While somebody types, a host is not asked at every key. */
const FOUND_MILLISECONDS = 10_000;
/** Long enough for one that types, short enough for one that has mended it. */
const FAILED_MILLISECONDS = 2_000;

/** Which reference of which repository, asked as whom. */
export type ReferenceQuestion = {
  repository: string;
  host: GitHost;
  /** Undefined for the default branch. */
  ref: string | undefined;
  /** Whether the portal's login may be used. */
  credentials: 'host' | 'none';
};

/** The commit, or why there is none. */
export type ReferenceAnswer =
  | ({ ok: true } & FoundReference)
  | { ok: false; error: SourceError; isReference: boolean };

/** Asks hosts which commit a reference stands for. */
export class GitReferences {
  readonly #options: {
    git: GitProgram;
    run: RunProgram;
    login(repository: string): Promise<GitLogin | undefined>;
    directory: string;
    timeoutMilliseconds: number;
    /** Milliseconds of a clock that nobody can set. */
    steady: () => number;
  };
  /** By host; there are no more hosts than are allowed. */
  readonly #limits = new Map<string, Limit>();
  readonly #answers = new Map<
    string,
    { answer: ReferenceAnswer; until: number }
  >();
  readonly #asking = new Map<string, Promise<ReferenceAnswer>>();
  readonly #folders: AskFolders;
  readonly #stopping = new AbortController();
  /** All that wait or ask. */
  readonly #open = new Set<Promise<ReferenceAnswer>>();

  constructor(options: {
    git: GitProgram;
    run: RunProgram;
    login(repository: string): Promise<GitLogin | undefined>;
    /** For what is needed while a host is asked. */
    directory: string;
    timeoutMilliseconds: number;
    /** Milliseconds of a clock that nobody can set. */
    steady: () => number;
  }) {
    this.#options = options;
    this.#folders = new AskFolders(options.directory);
  }

  /** Takes away what processes that were killed have left. */
  async start(): Promise<void> {
    await this.#folders.removeLeftovers();
  }

  /** Ends all questions, those that wait too, and answers no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#open);
  }

  /**
   * Finds the commit.
   *
   * @param options.fresh - asks the host, however lately it was asked
   */
  async resolve(
    question: ReferenceQuestion,
    options: { fresh: boolean },
  ): Promise<ReferenceAnswer> {
    const { repository, ref, credentials } = question;
    const key = JSON.stringify([repository, ref, credentials]);
    if (options.fresh) return this.#ask(key, question);
    const known = this.#answers.get(key);
    if (known && known.until > this.#time()) return known.answer;
    let asking = this.#asking.get(key);
    if (!asking) {
      asking = this.#ask(key, question).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking;
  }

  async #ask(
    key: string,
    question: ReferenceQuestion,
  ): Promise<ReferenceAnswer> {
    const { host } = question.host;
    const limit = this.#limits.get(host) ?? pLimit(ASKED_AT_ONCE);
    this.#limits.set(host, limit);
    if (
      limit.activeCount + limit.pendingCount >=
      ASKED_AT_ONCE + WAITING_AT_MOST
    ) {
      return { ok: false, error: tooBusy(host), isReference: false };
    }
    const asking = limit(() => this.#askHost(question));
    this.#open.add(asking);
    const answer = await asking.finally(() => this.#open.delete(asking));
    const now = this.#time();
    for (const [each, { until }] of this.#answers) {
      if (until <= now || this.#answers.size >= KEPT_ANSWERS) {
        this.#answers.delete(each);
      }
    }
    this.#answers.set(key, {
      answer,
      until: now + (answer.ok ? FOUND_MILLISECONDS : FAILED_MILLISECONDS),
    });
    return answer;
  }

  async #askHost(question: ReferenceQuestion): Promise<ReferenceAnswer> {
    try {
      if (this.#stopping.signal.aborted) throw isStopping();
      return await this.#folders.with(folder => this.#askIn(folder, question));
    } catch (error) {
      const explained =
        error instanceof SourceError ? error : explainFolderFailure(error);
      if (!explained) throw error;
      return { ok: false, error: explained, isReference: false };
    }
  }

  async #askIn(
    folder: string,
    question: ReferenceQuestion,
  ): Promise<ReferenceAnswer> {
    const { git, run, timeoutMilliseconds } = this.#options;
    const { repository, host, ref, credentials } = question;
    const signal = AbortSignal.any([
      this.#stopping.signal,
      AbortSignal.timeout(timeoutMilliseconds),
    ]);
    const seconds = Math.max(1, Math.ceil(timeoutMilliseconds / 1000));
    try {
      const login =
        credentials === 'host'
          ? await untilAborted(() => this.#options.login(repository), signal)
          : undefined;
      const { exitCode, output } = await git.withHost(
        { folder, host, login, silenceSeconds: seconds },
        settings =>
          git.run(
            [
              ...settings,
              'ls-remote',
              '--symref',
              '--end-of-options',
              repository,
              ...referencePatterns(ref),
            ],
            { folder, run, signal },
          ),
      );
      if (exitCode !== 0) {
        throw explainGitFailure(output, {
          repository,
          ref,
          login: loginKind(credentials, login),
          asker: 'submit',
        });
      }
      const found = readRemoteReferences(output, ref);
      return found
        ? { ok: true, ...found }
        : { ok: false, error: notFound(repository, ref), isReference: true };
    } catch (error) {
      if (this.#stopping.signal.aborted) throw isStopping();
      if (!signal.aborted) throw error;
      throw new SourceError(
        `${host.host} has not told the commit of ${plainRepository(
          repository,
        )} within ${seconds} s.`,
        {
          class: 'infrastructure',
          hint: 'Submit again once it answers; if it stays so, check the network and proxy settings of the portal.',
        },
      );
    }
  }

  #time(): number {
    return this.#options.steady();
  }
}

/** How a host was asked, for the sentence on why it refused. */
export function loginKind(
  credentials: 'host' | 'none',
  login: GitLogin | undefined,
): 'used' | 'missing' | 'withheld' {
  if (login) return 'used';
  return credentials === 'host' ? 'missing' : 'withheld';
}

function tooBusy(host: string): SourceError {
  return new SourceError(
    `${host} is slow to answer, and ${WAITING_AT_MOST} others already wait to ask it.`,
    { class: 'infrastructure', hint: 'Try again in a minute.' },
  );
}

function isStopping(): SourceError {
  return new SourceError('The portal is stopping, and asks no host any more.', {
    class: 'infrastructure',
    hint: 'Try again in a minute, when it has started again.',
  });
}

function notFound(repository: string, ref: string | undefined): SourceError {
  const name = plainRepository(repository);
  return ref === undefined || ref === 'HEAD'
    ? new SourceError(`${name} has no commit on a default branch yet.`, {
        hint: 'Push one, or name a branch or tag that has commits.',
      })
    : new SourceError(
        `${name} has neither a branch nor a tag ${quoteText(ref)}.`,
        {
          hint: 'Check its spelling, push it first, or name a commit by its full hash. A branch with a slash in its name is written with %2F in a source location.',
        },
      );
}
