import { parseRetryAfter } from './parseRetryAfter';
import { RegistryError } from './RegistryError';
import { retry } from './retry';

const policy = { tries: 4, firstDelayMs: 100, maxDelayMs: 250 };

function problem(retryable: boolean, retryAfterMs?: number) {
  return new RegistryError({
    class: 'infrastructure',
    message: 'The registry is tired.',
    hint: 'Wait.',
    retryable,
    retryAfterMs,
  });
}

/** Fails with each error in turn and then gives the number of the try. */
async function run(
  errors: Error[],
  options: { random?: number; controller?: AbortController } = {},
) {
  const { random = 0, controller = new AbortController() } = options;
  const delays: number[] = [];
  let tries = 0;
  const result = await retry(
    async () => {
      tries += 1;
      if (errors[tries - 1]) {
        throw errors[tries - 1];
      }
      return tries;
    },
    {
      policy,
      random: () => random,
      delay: async milliseconds => {
        delays.push(milliseconds);
      },
      signal: controller.signal,
      onRetry: async () => undefined,
    },
  ).catch((error: Error) => error);
  return { result, delays, tries };
}

describe('retry', () => {
  it('waits twice as long before each further try, up to the longest delay', async () => {
    const errors = [problem(true), problem(true), problem(true)];
    expect(await run(errors)).toEqual({
      result: 4,
      delays: [50, 100, 200],
      tries: 4,
    });
    expect((await run(errors, { random: 0.999_999 })).delays[2]).toBe(250);
  });

  it('gives up after the last try with what went wrong then', async () => {
    const last = problem(true);
    const { result, tries } = await run([
      problem(true),
      problem(true),
      problem(true),
      last,
    ]);
    expect(result).toBe(last);
    expect(tries).toBe(4);
  });

  it('does not try again what would go wrong again', async () => {
    for (const error of [problem(false), new Error('a file is missing')]) {
      expect(await run([error])).toEqual({
        result: error,
        delays: [],
        tries: 1,
      });
    }
  });

  it('waits as long as the registry asks for, but no longer than is sensible', async () => {
    expect((await run([problem(true, 120)])).delays).toEqual([120]);
    expect((await run([problem(true, 3_600_000)])).delays).toEqual([250]);
  });

  it('tries nothing once it is to stop', async () => {
    const controller = new AbortController();
    controller.abort();
    const { result, tries } = await run([], { controller });
    expect(result).toMatchObject({ name: 'AbortError' });
    expect(tries).toBe(0);
  });
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-01-02T03:04:05Z');

  it.each([
    [undefined, undefined],
    ['7', 7000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['soon', undefined],
  ])('takes %p for %p ms', (header, milliseconds) => {
    expect(parseRetryAfter(header, now)).toBe(milliseconds);
  });
});
