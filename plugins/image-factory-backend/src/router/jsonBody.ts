import { InputError } from '@backstage/errors';
import express, { RequestHandler } from 'express';

const LARGEST_BODY_BYTES = 256 * 1024;

/** Reads JSON bodies, and says in words what is wrong with one that cannot be read. */
export function jsonBody(): RequestHandler {
  const parse = express.json({ limit: LARGEST_BODY_BYTES });
  return (request, response, next) =>
    parse(request, response, (error?: unknown) =>
      next(error ? explain(error) : undefined),
    );
}

function explain(error: unknown): unknown {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case 'entity.too.large':
      return new InputError(
        `The request is larger than the ${
          LARGEST_BODY_BYTES / 1024
        } KiB that are read. Send less.`,
      );
    case 'entity.parse.failed':
      return new InputError(
        `The request's body is not JSON: ${message}. Correct it and send it again.`,
      );
    default:
      return error;
  }
}
