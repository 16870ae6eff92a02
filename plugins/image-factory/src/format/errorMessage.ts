import { ResponseError } from '@backstage/errors';

/** What the backend said, where it said something; the transport's word otherwise. */
export function errorMessage(error: unknown): string {
  if (error instanceof ResponseError) {
    const message = error.body.error?.message;
    return message || error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The same as a sentence, for others to follow: not all who say something end it with a stop. */
export function errorSentence(error: unknown): string {
  return toSentence(errorMessage(error));
}

/** A text with a stop at its end, unless it has one, or another mark that ends it. */
export function toSentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…]["”’)]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/**
 * The id under which the request stands in the logs of the portal, where the
 * backend or a proxy before it has given it one.
 */
export function errorRequestId(error: unknown): string | undefined {
  return error instanceof ResponseError
    ? error.response.headers.get('x-request-id') ?? undefined
    : undefined;
}

/** The HTTP status of a failed request, where there was an answer. */
export function errorStatus(error: unknown): number | undefined {
  return error instanceof ResponseError ? error.statusCode : undefined;
}
