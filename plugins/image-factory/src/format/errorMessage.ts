import { ResponseError } from '@backstage/errors';

/** What the backend said, where it said something; the transport's word otherwise. */
export function errorMessage(error: unknown): string {
  if (error instanceof ResponseError) {
    const message = error.body.error?.message;
    return message || error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The HTTP status of a failed request, where there was an answer. */
export function errorStatus(error: unknown): number | undefined {
  return error instanceof ResponseError ? error.statusCode : undefined;
}
