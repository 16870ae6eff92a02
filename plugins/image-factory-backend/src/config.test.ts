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

  it('keeps images out of the layer caches of all clusters, whichever registry is named for them', () => {
    const registries = (...repositories: (string | undefined)[]) =>
      readImageFactoryConfig(
        mockServices.rootConfig({
          data: {
            imageFactory: {
              registries: [{ host: 'r.example.com' }],
              executors: {
                kubernetes: {
                  clusters: repositories.map((repository, index) => ({
                    name: `c${index}`,
                    inCluster: true,
                    ...(repository ? { cache: { repository } } : {}),
                  })),
                },
              },
            },
          },
        }),
      ).registries;
    const cache = 'r.example.com/cache/{tenant}/{component}';
    expect(registries(cache, undefined)).toEqual([
      expect.objectContaining({ host: 'r.example.com', layerCaches: [cache] }),
    ]);
    expect(registries()[0].layerCaches).toEqual([]);
    expect(() => registries(cache, 'r.example.com/cache')).toThrow(
      /clusters: the cache\.repository "r\.example\.com\/cache" of "c1" lacks \{tenant\}, so that tenants would build with layers of one another\. Write it such as/,
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
