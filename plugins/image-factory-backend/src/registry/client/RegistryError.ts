/** Why a registry does not do what it is asked; the message says what, the hint what to do. */
export class RegistryError extends Error {
  /** Whose it is to mend: `infrastructure` may mend itself. */
  readonly failureClass: 'user' | 'infrastructure';
  readonly hint: string;
  /** Whether the same request may go well a little later. */
  readonly retryable: boolean;
  /** How long the registry asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(options: {
    class: 'user' | 'infrastructure';
    message: string;
    hint: string;
    retryable?: boolean;
    retryAfterMs?: number;
    cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.name = 'RegistryError';
    this.failureClass = options.class;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
