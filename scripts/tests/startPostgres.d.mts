/** A PostgreSQL of the tests' own, for this machine only. */
export type TestPostgres = {
  version: string;
  /** Of its database `postgres`. */
  url: string;
  /** Starts it again after {@link TestPostgres.end}. */
  begin(): Promise<void>;
  /** As `pg_ctl stop` does: SIGINT is its mode `fast`, SIGQUIT `immediate`. */
  end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Ends it and removes all of it. */
  stop(): Promise<void>;
};

export function startPostgres(options?: {
  /** An empty folder for its files; a new one of its own unless given. */
  data?: string;
  /** Further arguments of `initdb`. */
  initdb?: string[];
}): Promise<TestPostgres>;
