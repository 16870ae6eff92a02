import { isPassing } from './isPassing';

describe('isPassing', () => {
  it.each([
    { code: '57P01', message: 'terminating connection' },
    { code: '08006' },
    { code: '53300', message: 'too many connections' },
    { code: '40P01', message: 'deadlock detected' },
    { code: 'ECONNREFUSED' },
    { code: 'SQLITE_BUSY_SNAPSHOT' },
    { code: 'SQLITE_FULL' },
    { name: 'KnexTimeoutError', message: 'acquiring a connection' },
    { message: 'Connection terminated unexpectedly' },
  ])('tries again after %p', error => {
    expect(isPassing(error)).toBe(true);
  });

  it.each([
    { code: '22021', message: 'invalid byte sequence for encoding' },
    { code: '23505' },
    { code: '42P01', message: 'relation does not exist' },
    { code: 'SQLITE_CONSTRAINT_NOTNULL' },
    new TypeError('x is undefined'),
  ])('does not try again after %p', error => {
    expect(isPassing(error)).toBe(false);
  });
});
