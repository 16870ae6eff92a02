import {
  BuildMethod,
  ParameterProblem,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import fc from 'fast-check';
import { dockerMethod } from './docker';
import { MethodRegistry } from './MethodRegistry';
import { validateParameters } from './validateParameters';

function problems(parameters: JsonObject): ParameterProblem[] {
  const result = validateParameters(dockerMethod, parameters);
  return 'problems' in result ? result.problems : [];
}

describe('validateParameters', () => {
  it('fills in defaults and leaves what was given and the input itself as they are', () => {
    const given = { target: 'release', 'build-args': { EDITION: 'gold' } };
    const before = structuredClone(given);
    expect(validateParameters(dockerMethod, given)).toEqual({
      parameters: {
        'dockerfile-path': 'Dockerfile',
        'context-path': '.',
        target: 'release',
        'build-args': { EDITION: 'gold' },
        labels: {},
        'no-cache': false,
      },
    });
    expect(given).toEqual(before);
  });

  it('names the parameters that there are when one is unknown', () => {
    expect(problems({ dockerfile: 'x' })).toEqual([
      {
        path: '/dockerfile',
        message:
          '"dockerfile" is not a parameter of build method docker. Known are: dockerfile-path, context-path, target, build-args, labels, no-cache.',
      },
    ]);
  });

  it.each([
    [{ target: 7 }, '/target', '"target" must be text, but is a number.'],
    [
      { labels: ['a'] },
      '/labels',
      '"labels" must be a set of names and values, but is a list.',
    ],
    [
      { 'build-args': { A: null } },
      '/build-args/A',
      '"build-args" › "A" must be text, but is empty.',
    ],
    [
      { target: 'x'.repeat(129) },
      '/target',
      '"target" is 129 characters long; at most 128 are allowed.',
    ],
    [
      { 'dockerfile-path': '' },
      '/dockerfile-path',
      '"dockerfile-path" is empty. Give it a value, or leave it out.',
    ],
    [
      { target: '--rm' },
      '/target',
      expect.stringContaining(
        'has a form that is not allowed. Stage of the Dockerfile to build',
      ),
    ],
    [
      { 'build-args': { '1A': 'x' } },
      '/build-args',
      expect.stringContaining(
        'The name "1A" in "build-args" has a form that is not allowed. Letters, digits',
      ),
    ],
    [
      { labels: { '': 'x' } },
      '/labels',
      expect.stringContaining('The name "" in "labels"'),
    ],
    [
      { labels: { 'a b': 'x' } },
      '/labels',
      expect.stringContaining('The name "a b" in "labels"'),
    ],
    [
      {
        'build-args': Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [`A${index}`, '']),
        ),
      },
      '/build-args',
      '"build-args" has 101 entries; at most 100 are allowed.',
    ],
  ])('says of %j what is wrong and what is allowed', (given, path, message) => {
    expect(problems(given)).toEqual([{ path, message }]);
  });

  it('tells all problems at once', () => {
    expect(problems({ target: 1, nope: 2 })).toHaveLength(2);
  });

  it('refuses what pipelines would expand, in values and names at any depth', () => {
    for (const given of [
      { target: '$(params.x)' },
      { 'build-args': { A: 'x$(y)' } },
      { 'build-args': { 'A$(y)': 'x' } },
      { unknown: [{ deep: ['$('] }] },
    ]) {
      expect(problems(given)).toEqual([
        {
          path: expect.any(String),
          message: expect.stringContaining('contains "$("'),
        },
      ]);
    }
  });

  it.each([
    ['a new line', '\n', 'U+000A'],
    ['NUL', '\u0000', 'U+0000'],
    ['escape', '\u001b', 'U+001B'],
    ['a mark that turns the direction of writing', '\u202e', 'U+202E'],
    ['half of a surrogate pair', '\ud800', 'U+D800'],
  ])('refuses %s', (_, character, code) => {
    expect(problems({ labels: { a: `x${character}y` } })).toEqual([
      {
        path: '/labels/a',
        message: `"labels" › "a" contains the control character ${code} at position 2. Only printable text on one line is allowed: remove it.`,
      },
    ]);
  });

  it('finds forbidden text wherever it is put', () => {
    const forbidden = fc.constantFrom('$(', '\u0007', '\u0085', '\udfff');
    const place = (text: string) =>
      fc.letrec<{ value: JsonObject }>(tie => ({
        value: fc.oneof(
          { maxDepth: 5 },
          fc.record({ a: fc.constant(text) }),
          fc.record({ b: tie('value') }),
          fc.record({ c: fc.tuple(fc.string(), tie('value')) }),
          fc.constant({ [`k${text}`]: 1 }),
        ) as fc.Arbitrary<JsonObject>,
      })).value;
    fc.assert(
      fc.property(
        fc
          .tuple(fc.string(), forbidden, fc.string())
          .chain(parts => place(parts.join(''))),
        given => {
          expect(problems({ labels: given })).not.toEqual([]);
        },
      ),
    );
  });

  it('refuses parameters that are too large altogether, or nested without end', () => {
    const large = Object.fromEntries(
      Array.from({ length: 90 }, (_, index) => [`a${index}`, 'x'.repeat(1000)]),
    );
    expect(problems({ labels: large })).toEqual([
      { path: '', message: expect.stringContaining('64 KiB') },
    ]);
    // What counts is what a cluster has to keep of it.
    const wide = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `a${index}`,
        '語'.repeat(1000),
      ]),
    );
    expect(problems({ labels: wide })).toHaveLength(1);
    expect(problems({ labels: { a: wide.a1 } })).toEqual([]);
    const nested = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(problems({ labels: nested })).toEqual([
      { path: '/labels', message: expect.stringContaining('deeper than 16') },
    ]);
  });
});

describe('MethodRegistry', () => {
  it('gives methods back by id and in order', () => {
    const registry = new MethodRegistry();
    const other: BuildMethod = { ...dockerMethod, id: 'other' };
    registry.register(dockerMethod);
    registry.register(other);
    expect(registry.get('docker')).toBe(dockerMethod);
    expect(registry.get('nope')).toBeUndefined();
    expect(registry.list()).toEqual([dockerMethod, other]);
  });

  it('refuses a second method of one id', () => {
    const registry = new MethodRegistry();
    registry.register(dockerMethod);
    expect(() => registry.register({ ...dockerMethod })).toThrow(
      "Build method 'docker' is registered twice",
    );
  });

  it('refuses a method whose inputs are no JSON Schema, when it is registered', () => {
    expect(() =>
      new MethodRegistry().register({
        ...dockerMethod,
        id: 'broken',
        inputs: { type: 'nonsense' },
      }),
    ).toThrow("The inputs of build method 'broken' are not a JSON Schema");
  });
});
