import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { ExecutionSpec } from '@image-factory/backstage-plugin-image-factory-node';
import { readKubernetes } from '../../clusters';
import { dockerMethod } from '../../methods';
import { bundledTemplate } from '../../templates/__testUtils__/bundledTemplate';
import { renderRun } from './renderRun';

const DIGEST = `sha256:${'1'.repeat(64)}`;

function spec(config: Partial<ExecutionSpec['config']> = {}): ExecutionSpec {
  return {
    name: 'docker-1-1',
    executionId: 'execution',
    buildId: 'build',
    attempt: 1,
    buildNumber: 1,
    requestedBy: 'user:default/guest',
    config: {
      entityRef: 'component:default/web',
      imageName: 'default',
      tenant: 'group:default/payments',
      method: 'docker',
      infrastructure: 'kubernetes',
      source: {
        type: 'git',
        repository: 'https://git.example.com/payments/web',
        ref: 'main',
        commit: 'a'.repeat(40),
        path: '',
        credentials: 'host',
      },
      image: {
        reference: 'r.example.com/payments/web:1',
        tags: [],
        delivery: 'push',
      },
      parameters: {},
      platforms: [],
      timeoutSeconds: 60,
      ...config,
    },
  };
}

function render(
  cluster: JsonObject,
  config?: Partial<ExecutionSpec['config']>,
) {
  const { clusters, ...kubernetes } = readKubernetes(
    new ConfigReader({
      stepImages: Object.fromEntries(
        ['git', 'buildah'].map(name => [
          name,
          `r.example.com/${name}@${DIGEST}`,
        ]),
      ),
      clusters: [
        {
          name: 'eu-1',
          inCluster: true,
          tenants: ['payments', 'search'].map(name => ({
            name: `group:default/${name}`,
            namespace: name,
          })),
          ...cluster,
        },
      ],
    }),
  );
  return renderRun({
    spec: spec(config),
    method: dockerMethod,
    template: bundledTemplate('docker'),
    settings: clusters[0],
    kubernetes,
    checks: undefined,
    tektonVersion: 'v1.15.0',
  });
}

function cacheOf(...args: Parameters<typeof render>) {
  const rendered = render(...args);
  if (!rendered.ok) throw new Error(rendered.failure.message);
  return rendered.pipelineRun.spec.params.find(
    ({ name }) => name === 'cache-repository',
  )?.value;
}

describe('renderRun', () => {
  const cache = { repository: 'r.example.com/cache/{tenant}/{component}' };

  it('caches nothing where no cache is configured', () => {
    expect(cacheOf({})).toBe('');
  });

  it('caches the layers of each tenant and component in a repository of its own, which no parameter of a build names', () => {
    expect(
      cacheOf(
        { cache },
        { parameters: { 'cache-repository': 'r.example.com/evil' } },
      ),
    ).toBe('r.example.com/cache/payments/component.default.web');
    expect(
      cacheOf(
        { cache },
        {
          tenant: 'group:default/search',
          entityRef: 'component:default/index',
        },
      ),
    ).toBe('r.example.com/cache/search/component.default.index');
  });

  it('refuses an image among the layers, which may have been allowed when the build was submitted', () => {
    const image = {
      reference: 'r.example.com/cache/payments/web:1',
      tags: [],
      delivery: 'push' as const,
    };
    expect(render({ cache }, { image })).toEqual({
      ok: false,
      failure: {
        class: 'template',
        message: expect.stringMatching(/layer cache of builds/),
        hint: 'Build again with such a reference.',
      },
    });
    expect(render({}, { image })).toMatchObject({ ok: true });
  });

  describe('the Secret of the git host', () => {
    const gitSecrets = [{ host: 'git.example.com', secret: 'git-login' }];
    const source = spec().config.source;

    function secretFor(credentials: 'host' | 'none') {
      const rendered = render(
        { gitSecrets },
        { source: { ...source, credentials } as typeof source },
      );
      if (!rendered.ok) throw new Error(rendered.failure.message);
      return rendered.pipelineRun.spec.workspaces;
    }

    it('is handed over whole where the repository is read with its login', () => {
      expect(secretFor('host')).toEqual([
        { name: 'git-credentials', secret: { secretName: 'git-login' } },
      ]);
    });

    it('gives a repository that is read without a login the certificates of a private authority, and no login', () => {
      expect(secretFor('none')).toEqual([
        {
          name: 'git-credentials',
          secret: {
            secretName: 'git-login',
            items: [{ key: 'ca.crt', path: 'ca.crt' }],
            optional: true,
          },
        },
      ]);
    });
  });

  it.each<[string, Partial<ExecutionSpec['config']>, RegExp]>([
    [
      'an image without a registry',
      { image: { reference: 'web:1', tags: [], delivery: 'push' } },
      /names no registry/,
    ],
    [
      'sources in a directory of the portal',
      { source: { type: 'directory', path: '/srv/web' } as never },
      /cannot read sources in a directory/,
    ],
  ])('leaves it to the user to mend %s', (_, config, message) => {
    expect(render({}, config)).toEqual({
      ok: false,
      failure: {
        class: 'user',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('local'),
      },
    });
  });
});
