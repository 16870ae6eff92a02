/** SQLSTATE classes: connection, transaction rolled back, resources, operator's intervention. */
const PASSING_CLASSES = ['08', '40', '53', '57'];

const PASSING_CODES = [
  '55P03', // lock_not_available: somebody else is at it
  '25P03', // idle_in_transaction_session_timeout: this process was stopped for that long
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/** What SQLite says of a lock, a full disk or a disk that fails. */
const PASSING_SQLITE = ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR'];

/** What says that there is no space left: SQLSTATE `disk_full`, and SQLite. */
const FULL_CODES = ['53100', 'SQLITE_FULL'];

/** Tells whether the database has no space left for what it was given. */
export function isFull(error: unknown): boolean {
  return FULL_CODES.includes((error as { code?: string }).code ?? '');
}

/** Tells whether an error of the database may be gone at the next try: it was away, busy or full, rather than refusing what it was given. */
export function isPassing(error: unknown): boolean {
  const { code, name, message } = error as {
    code?: unknown;
    name?: string;
    message?: string;
  };
  if (typeof code === 'string') {
    return (
      PASSING_CODES.includes(code) ||
      PASSING_SQLITE.some(each => code.startsWith(each)) ||
      (/^[0-9A-Z]{5}$/.test(code) && PASSING_CLASSES.includes(code.slice(0, 2)))
    );
  }
  return (
    name === 'KnexTimeoutError' ||
    /^Connection (terminated|ended)/.test(message ?? '')
  );
}
