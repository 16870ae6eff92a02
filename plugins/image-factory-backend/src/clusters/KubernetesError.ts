const PASSING = [401, 408, 429];

/** What an API server has answered instead of what was asked for, or that it has not answered. */
export class KubernetesError extends Error {
  /** The HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** The machine-readable reason of the API server, such as `AlreadyExists`. */
  readonly reason: string | undefined;
  /** The paths of fields that it has refused, and why. */
  readonly causes: { field?: string; message?: string }[];
  /** After how long the API server wants to be asked again, where it says so. */
  readonly retryAfterMs: number | undefined;
  /** Whether there was an answer, and more of it than is read. */
  readonly isTooLarge: boolean;

  constructor(options: {
    message: string;
    status?: number;
    reason?: string;
    causes?: { field?: string; message?: string }[];
    retryAfterMs?: number;
    isTooLarge?: boolean;
    cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.name = 'KubernetesError';
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.isTooLarge = options.isTooLarge ?? false;
  }

  /** Whether the same may go well a moment later: no answer, an overload, a server that is about to stop, or a token that has run out and is about to be renewed. */
  get isPassing(): boolean {
    const { status } = this;
    if (this.isTooLarge) return false;
    return status === undefined || status >= 500 || PASSING.includes(status);
  }
}

/** Whether an error is the answer of an API server with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof KubernetesError && error.status === status;
}

/** Reads the `Status` object that an API server answers errors with; others, such as a proxy's page, are quoted. */
export function toKubernetesError(
  status: number,
  body: string,
  what: string,
  retryAfter?: string,
): KubernetesError {
  const answer = readStatus(body);
  return new KubernetesError({
    message: `${what}: ${answer?.message ?? quote(body, status)}`,
    status,
    reason: answer?.reason,
    causes: answer?.details?.causes,
    retryAfterMs: toMilliseconds(retryAfter),
  });
}

/** API servers give seconds; a proxy may give a date, which is left. */
function toMilliseconds(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : undefined;
}

type Status = {
  kind: 'Status';
  message?: string;
  reason?: string;
  details?: { causes?: { field?: string; message?: string }[] };
};

function readStatus(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body);
    return parsed?.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const MAX_QUOTE = 200;

function quote(body: string, status: number): string {
  const text = body.trim().slice(0, MAX_QUOTE);
  return text ? `HTTP ${status}, ${text}` : `HTTP ${status}`;
}
