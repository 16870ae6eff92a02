import { FailureClass } from '@image-factory/backstage-plugin-image-factory-common';

/** Sources that cannot be had as they stand; the message says why, and it or the hint what to do. */
export class SourceError extends Error {
  /** What that means for a build. */
  readonly failureClass: FailureClass;
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { class?: FailureClass; hint?: string } = {},
  ) {
    super(message);
    this.name = 'SourceError';
    this.failureClass = options.class ?? 'user';
    this.hint = options.hint;
  }
}
