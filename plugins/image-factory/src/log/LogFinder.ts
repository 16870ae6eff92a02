import {
  LogMatch,
  LogSearchResult,
} from '@image-factory/backstage-plugin-image-factory-common';

/** So many lines are looked for by themselves; more when somebody goes on to them. */
const ENOUGH_MATCHES = 1_000;

/** Where a search stands. */
export type LogFinderState = {
  /** The lines that have the text, in order. */
  matches: LogMatch[];
  /** Whether there may be more. */
  hasMore: boolean;
  isSearching: boolean;
  /** Why the search has stopped. */
  error: Error | undefined;
};

/** What a search needs from outside. */
export type LogFinderOptions = {
  /** Gives the next lines that have the text. */
  search: (page: {
    cursor: string | undefined;
    signal: AbortSignal;
  }) => Promise<LogSearchResult>;
  onChange: (state: LogFinderState) => void;
};

/** Looks for a text in the whole of a log, which the backend does page by page. */
export class LogFinder {
  readonly #options: LogFinderOptions;
  readonly #abort = new AbortController();
  #cursor: string | undefined;
  #state: LogFinderState = {
    matches: [],
    hasMore: true,
    isSearching: false,
    error: undefined,
  };

  static create(options: LogFinderOptions): LogFinder {
    return new LogFinder(options);
  }

  private constructor(options: LogFinderOptions) {
    this.#options = options;
  }

  /** Searches on, until as many lines as before and a good deal more are found. */
  async more(): Promise<void> {
    const { signal } = this.#abort;
    if (this.#state.isSearching || !this.#state.hasMore) return;
    const enough = this.#state.matches.length + ENOUGH_MATCHES;
    this.#update({ isSearching: true, error: undefined });
    try {
      while (this.#state.hasMore && this.#state.matches.length < enough) {
        const { items, nextCursor } = await this.#options.search({
          cursor: this.#cursor,
          signal,
        });
        if (signal.aborted) return;
        this.#cursor = nextCursor;
        this.#update({
          matches: [...this.#state.matches, ...items],
          hasMore: nextCursor !== undefined,
        });
      }
      this.#update({ isSearching: false });
    } catch (error) {
      if (signal.aborted) return;
      this.#update({
        isSearching: false,
        error: error instanceof Error ? error : new Error(String(error)),
      });
    }
  }

  close(): void {
    this.#abort.abort();
  }

  #update(change: Partial<LogFinderState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange(this.#state);
  }
}
