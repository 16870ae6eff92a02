import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';
import { TenantNamespace, buildsIn } from './support/TenantNamespace';

test.describe('Builds whose tenant has no room on the real cluster', () => {
  let fixture: TektonFixture;
  let namespace: TenantNamespace | undefined;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterEach(async () => {
    await namespace?.dispose();
    namespace = undefined;
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('tells that a build waits for the quota of its namespace, and blames the cluster once it has waited too long', async () => {
    namespace = await TenantNamespace.create(fixture.cluster);
    await namespace.allow({ pods: '0' });
    const executor = fixture.another({
      settings: { ...buildsIn(namespace.name), pendingTimeoutSeconds: 15 },
    });
    const run = await FollowedRun.start(executor, fixture.scripted({}));
    await run.until('waits for the quota', ({ updates }) =>
      updates.some(
        update =>
          update.type === 'phase' &&
          update.phase === 'pending' &&
          update.reason === 'ExceededResourceQuota',
      ),
    );
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        message: expect.stringMatching(
          /^No step began within 15 s: ExceededResourceQuota: .*exceeded quota/,
        ),
        hint: expect.stringContaining('quota'),
      },
    });
    expect(await namespace.names('pods')).toEqual([]);
  });

  test('names the namespace that is full of runs already', async () => {
    namespace = await TenantNamespace.create(fixture.cluster);
    await namespace.allow({ 'count/pipelineruns.tekton.dev': '0' });
    const executor = fixture.another({ settings: buildsIn(namespace.name) });
    const run = await FollowedRun.start(executor, fixture.scripted({}));
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        message: expect.stringContaining(
          `The namespace ${namespace.name} has no room`,
        ),
      },
    });
    expect(await namespace.names('pipelineruns')).toEqual([]);
  });

  const LOGINS = [
    { who: 'the account of the portal', kubeconfig: 'dispatcherKubeconfig' },
    { who: 'an administrator', kubeconfig: 'kubeconfig' },
  ] as const;

  LOGINS.forEach(({ who, kubeconfig }) => {
    test(`names the namespace that is missing, also where ${who} asks`, async () => {
      const file = fixture.cluster.description[kubeconfig]!;
      const executor = fixture.another({
        settings: {
          ...buildsIn('image-builds-nobody'),
          access: { type: 'kubeconfig', file },
        },
      });
      const run = await FollowedRun.start(executor, fixture.scripted({}));
      expect(await run.outcome()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: expect.stringContaining('image-builds-nobody'),
          hint: expect.stringContaining('namespace image-builds-nobody'),
        },
      });
    });
  });
});
