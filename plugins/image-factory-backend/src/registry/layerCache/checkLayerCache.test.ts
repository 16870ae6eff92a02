import { checkLayerCache } from './checkLayerCache';
import { MAX_PART_LENGTHS } from './layerCacheRepository';

describe('checkLayerCache', () => {
  it.each([
    'registry.example.com/cache/{tenant}/{component}',
    'registry.example.com:5000/cache/{tenant}',
    'localhost/{namespace}-cache/{tenant}-layers/{component}',
    'registry.example.com/{tenant}/cache/{component}',
  ])('takes %s', template => {
    expect(checkLayerCache(template)).toBeUndefined();
  });

  it.each([
    ['registry.example.com/cache/{component}', /^lacks \{tenant\}/],
    ['registry.example.com/cache', /^lacks \{tenant\}/],
    ['registry.example.com/cache/{team}', /placeholder \{team\}.*unknown/],
    ['{tenant}.example.com/cache/{tenant}', /placeholder in its host/],
    ['registry.example.com/cache/{tenant}/{tenant}', /twice/],
    ['registry.example.com/cache/{namespace}-{tenant}', /two in one part/],
    ['registry.example.com/cache/{component}/{tenant}', /before what tells/],
    [
      'registry.example.com/cache/{tenant}/{component}/{namespace}',
      /before what tells/,
    ],
    ['registry.example.com/{tenant}/{component}', /placeholders alone/],
    ['layers/cache/{tenant}', /names no registry/],
    ['registry.example.com/cache/{tenant}:latest', /has a tag/],
    ['registry.example.com/Cache/{tenant}', /is no repository.*capitals/],
    ['https://registry.example.com/cache/{tenant}', /is no repository/],
    ['registry.example.com/cache-/{tenant}', /is no repository/],
    ['registry.example.com/cache/{tenant', /^lacks \{tenant\}/],
  ])('refuses %s, and says what to write', (template, problem) => {
    expect(checkLayerCache(template)).toMatch(problem);
    expect(checkLayerCache(template)).toMatch(/\.$/);
  });

  it('refuses one that names could make longer than a registry takes, and says by how much', () => {
    const rest = '/{tenant}/{component}';
    const { tenant, component } = MAX_PART_LENGTHS;
    const longest = 255 - 25 - (tenant + component + 2);
    const host = 'registry.example.com/';
    const fits = `${host}${'c'.repeat(longest - host.length)}${rest}`;
    expect(checkLayerCache(fits)).toBeUndefined();
    expect(checkLayerCache(fits.replace('/c', '/ccccc'))).toMatch(
      /4 characters too long.*Shorten it/,
    );
  });
});
