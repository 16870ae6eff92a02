import { ServiceUnavailableError } from '@backstage/errors';

const MOST_A_USER = 20;
/** Then whoever reads has to show again who they are. */
const LONGEST_MS = 60 * 60 * 1000;

/** One stream that is open. */
export type OpenStream = {
  /** Aborts when the stream has to end. */
  signal: AbortSignal;
  close(): void;
};

/** Who has asked for more than they may have at a time. */
class TooManyRequestsError extends Error {
  readonly name = 'TooManyRequestsError';
  readonly status = 429;
}

/** The streams that this process holds open. */
export class OpenStreams {
  #isStopped = false;
  /** Each has a controller of its own: a signal that all of them were derived from would remember every one that ever was. */
  readonly #open = new Set<AbortController>();
  readonly #byUser = new Map<string, number>();

  static create(): OpenStreams {
    return new OpenStreams();
  }

  private constructor() {}

  /**
   * @param options.expiresAt - when what the user has shown us is no longer good
   * @throws TooManyRequestsError where the user has too many open
   * @throws ServiceUnavailableError where the portal stops
   */
  open(options: {
    user: string;
    expiresAt: Date | undefined;
    now: () => Date;
  }): OpenStream {
    const { user, expiresAt, now } = options;
    if (this.#isStopped) {
      throw new ServiceUnavailableError(
        'The portal stops. Ask again in a moment.',
      );
    }
    const count = this.#byUser.get(user) ?? 0;
    if (count >= MOST_A_USER) {
      throw new TooManyRequestsError(
        `You follow ${count} logs already, and a user may follow ${MOST_A_USER} at a time. Close some pages that show a running build, and try again.`,
      );
    }
    this.#byUser.set(user, count + 1);
    const over = new AbortController();
    this.#open.add(over);
    const leftMs = expiresAt
      ? expiresAt.getTime() - now().getTime()
      : LONGEST_MS;
    const timer = setTimeout(
      () => over.abort(),
      Math.max(0, Math.min(leftMs, LONGEST_MS)),
    );
    return {
      signal: over.signal,
      close: () => {
        clearTimeout(timer);
        this.#open.delete(over);
        this.#leave(user);
      },
    };
  }

  /** Ends all streams at once, and refuses new ones. */
  stop(): void {
    this.#isStopped = true;
    for (const stream of this.#open) stream.abort();
  }

  #leave(user: string): void {
    const left = (this.#byUser.get(user) ?? 1) - 1;
    if (left > 0) this.#byUser.set(user, left);
    else this.#byUser.delete(user);
  }
}
