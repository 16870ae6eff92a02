import { resolveInfrastructure } from './resolveInfrastructure';

const GIT = {
  type: 'git',
  repository: 'https://git.example.com/team/app',
  ref: 'main',
  commit: '0'.repeat(40),
  path: '',
  credentials: 'none',
} as const;
const DIRECTORY = { type: 'directory', root: 'examples', path: 'app' } as const;
const PUSHED = {
  reference: 'registry.example.com/app:1',
  tags: [],
  delivery: 'push',
} as const;
const EXPORTED = { reference: 'app:1', tags: [], delivery: 'export' } as const;

const known = {
  executors: [
    { id: 'local', type: 'local' },
    { id: 'cluster-1', type: 'kubernetes' },
  ],
};

function resolve(
  asked: string,
  overrides: Partial<Parameters<typeof resolveInfrastructure>[0]> = {},
) {
  return resolveInfrastructure({
    asked,
    known,
    source: GIT,
    image: { ...PUSHED, tags: [] },
    ...overrides,
  });
}

describe('resolveInfrastructure', () => {
  it.each(['auto', 'local', 'kubernetes', 'cluster-1'])(
    'leaves %s to a build that can run anywhere',
    asked => {
      expect(resolve(asked)).toEqual({ infrastructure: asked });
    },
  );

  it.each([
    ['sources in a directory', { source: DIRECTORY }],
    ['an image that is exported', { image: { ...EXPORTED, tags: [] } }],
    ['a folder to be expanded', { source: { ...GIT, path: 'a/$(params.b)' } }],
    [
      'a repository to be expanded',
      { source: { ...GIT, repository: `${GIT.repository}/$(params.b)` } },
    ],
    ['a folder like an option', { source: { ...GIT, path: '--help' } }],
  ])('keeps a build with %s from clusters', (_, overrides) => {
    expect(resolve('auto', overrides)).toEqual({ infrastructure: 'local' });
    expect(resolve('local', overrides)).toEqual({ infrastructure: 'local' });
    for (const asked of ['kubernetes', 'cluster-1']) {
      expect(resolve(asked, overrides)).toEqual({
        problem: expect.stringContaining('build on local'),
      });
    }
  });

  it('leaves a build to any executor where there is no cluster to keep it from', () => {
    const executors = [{ id: 'vm-builder', type: 'vm' }];
    expect(
      resolve('auto', { source: DIRECTORY, known: { executors } }),
    ).toEqual({ infrastructure: 'auto' });
  });

  it('names the choices where it is asked for what there is not', () => {
    expect(resolve('cluster-2')).toEqual({
      problem:
        'There is no executor "cluster-2". Choose one of: auto, local, cluster-1, kubernetes.',
    });
  });

  describe('of a build each of whose platforms needs nodes of its own', () => {
    const native = { platformStrategy: 'native' } as const;
    const NO_NODES = {
      problem: expect.stringMatching(/nodes of its own.*single-pod\.$/),
    };

    it('is a cluster, also where anything may be chosen', () => {
      expect(resolve('auto', native)).toEqual({ infrastructure: 'kubernetes' });
      for (const asked of ['kubernetes', 'cluster-1']) {
        expect(resolve(asked, native)).toEqual({ infrastructure: asked });
      }
    });

    it('is never the machine of the portal', () => {
      const alone = { known: { executors: [{ id: 'local', type: 'local' }] } };
      expect(resolve('local', native)).toEqual(NO_NODES);
      expect(resolve('auto', { ...native, ...alone })).toEqual(NO_NODES);
    });

    it('is none where a cluster cannot have its sources', () => {
      expect(resolve('auto', { ...native, source: DIRECTORY })).toEqual({
        problem: expect.stringMatching(/cannot read sources in a directory/),
      });
    });
  });
});
