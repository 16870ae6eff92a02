import { parseImageReference } from '../parseImageReference';
import { findLayerCacheConflict } from './findLayerCacheConflict';

function conflict(image: string, ...layerCaches: string[]): string | undefined {
  const parsed = parseImageReference(image);
  if (!parsed.ok) throw new Error(parsed.problem);
  return findLayerCacheConflict(parsed.reference, {
    layerCaches,
    tenant: 'group:default/payments',
  });
}

const CACHE = 'r.example.com/cache/{tenant}/{component}';

describe('findLayerCacheConflict', () => {
  it.each([
    'r.example.com/cache/payments/component.default.web:1',
    'r.example.com/cache/payments/component.default.web/linux-amd64',
    'r.example.com:443/cache/payments/component.default.web',
    // Of whichever tenant.
    'r.example.com/cache/search/component.default.web',
    // Whoever pushes there could be let into what is below.
    'r.example.com/cache/payments',
    'r.example.com/cache',
  ])('keeps %s apart from a cache', image => {
    expect(conflict(image, 'other.example.com/x/{tenant}', CACHE)).toBe(
      `The image "${image}" and the layer cache of builds, "${CACHE}", would be in each other's way. Write a repository outside of it.`,
    );
  });

  it.each([
    'r.example.com/payments/web',
    'r.example.com/cached/payments/web',
    'r.example.com/cache/search',
    'other.example.com/cache/payments/web',
    'r.example.com:5000/cache/payments/web',
  ])('lets %s be', image => {
    expect(conflict(image, CACHE)).toBeUndefined();
  });

  it('looks at what is written around a placeholder', () => {
    const cache = 'r.example.com/{tenant}-cache/{component}';
    expect(conflict('r.example.com/search-cache/web', cache)).toBeDefined();
    expect(conflict('r.example.com/search/web', cache)).toBeUndefined();
    expect(conflict('r.example.com/payments-cache', cache)).toBeDefined();
    expect(conflict('r.example.com/payments', cache)).toBeUndefined();
  });

  it('knows of none where there is no cache', () => {
    expect(conflict('r.example.com/cache/payments/web')).toBeUndefined();
  });
});
