import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import { ErrorRequestHandler } from 'express';
import { isFull, isPassing } from '../database';

/** Says in words that the database is away or full. The database's own words are for the operator, in the log. */
export function explainDatabase(logger: LoggerService): ErrorRequestHandler {
  return (error, request, _response, next) => {
    if (!isPassing(error)) {
      next(error);
      return;
    }
    const full = isFull(error);
    logger.error(
      `${request.method} ${request.path} failed since the database ${
        full
          ? 'has no space left; free space on its disk'
          : 'did not answer; it is tried again with the next request'
      }`,
      error,
    );
    next(
      new ServiceUnavailableError(
        full
          ? 'The database of the portal has no space left, so nothing can be stored. Ask a portal admin to free space, then try again.'
          : 'The database of the portal does not answer right now. Try again in a moment; builds that run go on.',
      ),
    );
  };
}
