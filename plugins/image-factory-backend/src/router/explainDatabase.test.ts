import { mockServices } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import { Request, Response } from 'express';
import { explainDatabase } from './explainDatabase';

describe('explainDatabase', () => {
  const logger = mockServices.logger.mock();

  function explain(error: unknown): unknown {
    const next = jest.fn();
    explainDatabase(logger)(
      error,
      { method: 'POST', path: '/v1/builds' } as Request,
      {} as Response,
      next,
    );
    return next.mock.calls[0][0];
  }

  it.each([
    { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:5432' },
    { code: '57P01', message: 'terminating connection' },
    { name: 'KnexTimeoutError', message: 'acquiring a connection' },
  ])(
    'says that the database does not answer, in words of its own, for %p',
    error => {
      const explained = explain(error);
      expect(explained).toBeInstanceOf(ServiceUnavailableError);
      expect(explained).toMatchObject({
        message:
          'The database of the portal does not answer right now. Try again in a moment; builds that run go on.',
      });
      expect(logger.error).toHaveBeenCalledWith(
        'POST /v1/builds failed since the database did not answer; it is tried again with the next request',
        error,
      );
    },
  );

  it.each([{ code: 'SQLITE_FULL' }, { code: '53100' }])(
    'says that the database is full for %p',
    error => {
      expect(explain(error)).toMatchObject({
        name: 'ServiceUnavailableError',
        message: expect.stringContaining('has no space left'),
      });
    },
  );

  it('leaves alone what is no trouble of the database', () => {
    const error = new TypeError('x is undefined');
    expect(explain(error)).toBe(error);
  });
});
