import {
  checkFeatureFlags,
  checkKubernetes,
  checkLayerCacheLogin,
  checkStepImages,
  checkTekton,
} from './checkCluster';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('checkKubernetes', () => {
  it('tells the version of a cluster that answers', () => {
    expect(checkKubernetes('v1.35.4', true)).toEqual({
      check: 'api',
      status: 'ready',
      message: 'The API server answers, with Kubernetes v1.35.4.',
    });
  });

  it('warns of a version that is older than builds need, and then some more for buildx', () => {
    expect(checkKubernetes('v1.27.1', false)).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('older than v1.28.0'),
    });
    expect(checkKubernetes('v1.29.3-eks-1', false).status).toBe('ready');
    expect(checkKubernetes('v1.29.3-eks-1', true)).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('the method buildx needs'),
      hint: expect.stringContaining('relaxedNamespace'),
    });
  });
});

describe('checkTekton', () => {
  const served = { value: {} };

  it('is content with a version that is supported', () => {
    expect(checkTekton(served, 'v1.15.0').status).toBe('ready');
    expect(checkTekton(served, 'v1.9.2').status).toBe('ready');
  });

  it.each([
    ['no Tekton', { unread: 'absent' as const }, undefined, 'does not know'],
    ['an old one', served, 'v1.8.9', 'v1.8.9 is older than v1.9.0'],
  ])('keeps builds from a cluster with %s', (_, api, version, words) => {
    expect(checkTekton(api, version)).toMatchObject({
      status: 'missing',
      blocks: true,
      message: expect.stringContaining(words),
    });
  });

  it.each([undefined, 'devel'])(
    'does not know where the version is %p, and lets builds try',
    version => {
      const finding = checkTekton(served, version);
      expect(finding).toMatchObject({
        status: 'unknown',
        hint: expect.stringContaining('pipelines-info'),
      });
      expect(finding.blocks).toBeUndefined();
    },
  );
});

describe('checkFeatureFlags', () => {
  const flags = (data?: Record<string, string>) =>
    checkFeatureFlags({ value: { data } });

  it('is content with what Tekton comes with, and with what it does by itself', () => {
    expect(
      flags({
        'disable-inline-spec': '',
        'enable-api-fields': 'beta',
        'results-from': 'termination-message',
        coschedule: 'workspaces',
        'set-security-context': 'false',
      }).status,
    ).toBe('ready');
    expect(flags().status).toBe('ready');
    expect(checkFeatureFlags({ unread: 'absent' }).status).toBe('ready');
  });

  it.each([
    [{ 'disable-inline-spec': 'pipelinerun' }, 'disable-inline-spec'],
    [{ 'disable-inline-spec': 'task, taskrun' }, 'disable-inline-spec'],
    [{ 'enable-api-fields': 'stable' }, 'enable-api-fields'],
  ])('keeps builds from a cluster with %p', (data, flag) => {
    expect(flags(data)).toMatchObject({
      status: 'missing',
      blocks: true,
      message: expect.stringContaining(flag),
      hint: expect.stringContaining(flag),
    });
  });

  it('warns of results that come by another way', () => {
    expect(flags({ 'results-from': 'sidecar-logs' })).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('sidecar-logs'),
    });
  });

  it.each([
    ['pipelineruns', /all pods of a run to one node.*platform-strategy native/],
    ['isolate-pipelinerun', /platform-strategy native.*one run at a time/],
    ['Disabled', /template with layout: tasks.*volume/],
    ['zones', /not tried.*native.*layout: tasks/],
  ])(
    'warns of the builds that coschedule %p is bad for',
    (coschedule, words) => {
      const finding = flags({ coschedule });
      expect(finding).toMatchObject({
        status: 'warning',
        message: expect.stringMatching(words),
        hint: expect.stringContaining('Set coschedule to "workspaces"'),
      });
      expect(finding.blocks).toBeUndefined();
    },
  );

  it('says nothing of disable-affinity-assistant, at which no Tekton looks that is supported', () => {
    expect(flags({ 'disable-affinity-assistant': 'true' }).status).toBe(
      'ready',
    );
  });

  it('tells all that it warns of', () => {
    expect(
      flags({ 'results-from': 'sidecar-logs', coschedule: 'disabled' }),
    ).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/sidecar-logs.*coschedule is "disabled"/),
      hint: expect.stringMatching(/Set results-from .* Set coschedule /),
    });
  });

  it('names the right that it lacks', () => {
    expect(checkFeatureFlags({ unread: 'forbidden' })).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('get the ConfigMap feature-flags'),
    });
  });
});

describe('checkStepImages', () => {
  it('names those that are not pinned by digest', () => {
    expect(checkStepImages({ git: `r.example.com/git@${DIGEST}` }).status).toBe(
      'ready',
    );
    expect(
      checkStepImages({
        git: `r.example.com/git@${DIGEST}`,
        buildah: 'r.example.com/buildah:latest',
      }),
    ).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(
        /build: buildah \(r\.example\.com\/buildah:latest\)\.$/,
      ),
    });
  });

  it('says that there are none', () => {
    expect(checkStepImages({}).status).toBe('missing');
  });
});

describe('checkLayerCacheLogin', () => {
  const layerCache = 'r.example.com/cache/{tenant}';

  it('says nothing where layers are not cached', () => {
    expect(
      checkLayerCacheLogin({ layerCache: undefined, pullSecret: 'pull-login' }),
    ).toEqual([]);
  });

  it('says where layers are cached, and warns where builds have no login for it', () => {
    expect(
      checkLayerCacheLogin({ layerCache, pullSecret: 'pull-login' }),
    ).toEqual([
      {
        check: 'layer-cache',
        status: 'ready',
        message: `Layers are cached in ${layerCache}, with the login of pull-login.`,
      },
    ]);
    expect(checkLayerCacheLogin({ layerCache, pullSecret: undefined })).toEqual(
      [
        expect.objectContaining({
          status: 'warning',
          message: expect.stringContaining('have no login for it'),
          hint: expect.stringContaining('pullSecret'),
        }),
      ],
    );
  });
});
