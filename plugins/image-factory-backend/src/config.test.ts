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

  it('refuses a time that is longer than a timer can count, which would be over at once', () => {
    const timeout = (maxTimeout: object) =>
      readImageFactoryConfig(
        mockServices.rootConfig({
          data: { imageFactory: { builds: { maxTimeout } } },
        }),
      ).maxTimeoutSeconds;
    expect(timeout({ days: 24 })).toBe(24 * 86_400);
    expect(() => timeout({ days: 25 })).toThrow(
      /builds\.maxTimeout is longer than 24 days.* app-config\.yaml/,
    );
    expect(finishWithin({ days: 24 })).toBe(24 * 86_400_000);
    expect(() => finishWithin({ days: 25 })).toThrow(
      /executors\.local\.finishWithin is longer than 24 days/,
    );
  });

  it('asks for membership in tenants unless it is told not to', () => {
    const required = (imageFactory: object) =>
      readImageFactoryConfig(
        mockServices.rootConfig({ data: { imageFactory } }),
      ).requireTenantMembership;
    expect(required({})).toBe(true);
    expect(required({ tenants: { requireMembership: false } })).toBe(false);
  });
});
