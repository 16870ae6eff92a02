import { FailureClass } from '@image-factory/backstage-plugin-image-factory-common';

/** A failure whose cause is known where it happens, so that no rule need guess it from a log. */
export class StepFailure extends Error {
  readonly failureClass: FailureClass;
  readonly hint: string | undefined;

  constructor(options: {
    class: FailureClass;
    message: string;
    hint?: string;
    cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.name = 'StepFailure';
    this.failureClass = options.class;
    this.hint = options.hint;
  }
}
