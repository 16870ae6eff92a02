import { resolveImage as resolve } from './resolveImage';

const registries = [
  {
    host: 'registry.example.com',
    tenantPrefix: '{tenant}/',
    pullCredentials: false,
  },
];

function resolveImage(image: string, tags?: string[]) {
  return resolve({ image, tags, tenant: 'group:default/payments', registries });
}

describe('resolveImage', () => {
  it.each([
    ['hello-site', 'hello-site:{number}'],
    ['team/app:1.0', 'team/app:1.0'],
    ['team/app:{number}', 'team/app:{number}'],
    ['team/app:v{number}-rc', 'team/app:v{number}-rc'],
  ])('makes %s into %s', (image, reference) => {
    expect(resolveImage(image)).toEqual({
      target: { reference, tags: [], delivery: 'export' },
    });
  });

  it.each([
    ['registry.example.com/payments/app', ':{number}'],
    ['registry.example.com/payments/web/app:{number}-rc', ''],
  ])('pushes %s to its registry', (image, added) => {
    expect(resolveImage(image)).toEqual({
      target: { reference: `${image}${added}`, tags: [], delivery: 'push' },
    });
  });

  it.each([
    ['hello-site', 'hello-site:{number}-0123456'],
    ['hello-site:{number}', 'hello-site:{number}'],
    ['hello-site:1.0', 'hello-site:1.0'],
  ])('makes %s of a commit into %s', (image, reference) => {
    expect(
      resolve({
        image,
        tenant: 'group:default/payments',
        registries,
        commit: '0123456789abcdef0123456789abcdef01234567',
      }),
    ).toMatchObject({ target: { reference } });
  });

  it.each([
    ['app-{number}:1', /behind the colon/],
    ['{number}', /\{number\}/],
    [`a:${'x'.repeat(120)}{number}`, /tag/],
    ['registry.example.com:5000/app', /may not be pushed/],
    [
      'registry.example.com/shop/app',
      /Write "registry\.example\.com\/payments\/app"/,
    ],
  ])('refuses %s', (image, message) => {
    const resolved = resolveImage(image);
    expect('problems' in resolved && resolved.problems).toEqual([
      { path: '/image', message: expect.stringMatching(message) },
    ]);
  });

  it('names each tag that is none, and keeps each of the others once', () => {
    expect(resolveImage('a', ['ok', '-no', 'a b'])).toEqual({
      problems: [
        { path: '/tags/1', message: expect.stringContaining('"-no"') },
        { path: '/tags/2', message: expect.stringContaining('"a b"') },
      ],
    });
    expect(resolveImage('a', ['x', 'x', 'y'])).toMatchObject({
      target: { tags: ['x', 'y'] },
    });
  });
});
