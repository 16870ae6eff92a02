import { mockServices } from '@backstage/backend-test-utils';
import { readImageFactoryConfig } from './config';

describe('readImageFactoryConfig', () => {
  function finishWithin(value: unknown): number {
    const local = value === undefined ? {} : { finishWithin: value };
    return readImageFactoryConfig(
      mockServices.rootConfig({
        data: { imageFactory: { executors: { local } } },
      }),
    ).local.finishWithinMs;
  }

  it('lets no build finish on a stop unless it is told to, and then for as long as it is told', () => {
    expect(finishWithin(undefined)).toBe(0);
    expect(finishWithin({ minutes: 10 })).toBe(600_000);
    expect(finishWithin('90s')).toBe(90_000);
  });

  it('refuses a time that is none', () => {
    expect(() => finishWithin('soon')).toThrow(/finishWithin/);
  });
});
