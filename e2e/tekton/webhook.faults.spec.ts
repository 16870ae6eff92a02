import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';

const WEBHOOK = 'tekton-pipelines-webhook';

test.describe('Builds while the webhook of Tekton is down on the real cluster', () => {
  let cluster: Cluster;
  let fixture: TektonFixture;

  const scale = (replicas: number) =>
    cluster.kubectl.run([
      'scale',
      `deployment/${WEBHOOK}`,
      `--namespace=${cluster.description.namespaces.tekton}`,
      `--replicas=${replicas}`,
    ]);

  /** What the API server says of a run that nobody means to create. */
  const askForRun = async () => {
    const { stderr } = await cluster.kubectl.try(
      ['create', '--dry-run=server', '--filename=-'],
      {
        input: JSON.stringify({
          apiVersion: 'tekton.dev/v1',
          kind: 'PipelineRun',
          metadata: { name: 'asked-for', namespace: fixture.namespace },
          spec: { pipelineRef: { name: 'none' } },
        }),
      },
    );
    return stderr;
  };

  // An API server that finds nobody at an address takes ten seconds for each try.
  test.describe.configure({ timeout: 400_000 });

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    fixture = await TektonFixture.create(cluster);
  });

  test.beforeEach(async () => {
    await scale(0);
    // It serves those that are connected for a while yet.
    await cluster.kubectl.run([
      'delete',
      'pods',
      `--namespace=${cluster.description.namespaces.tekton}`,
      `--selector=app=${WEBHOOK}`,
      '--grace-period=1',
    ]);
    await expect
      .poll(askForRun, { timeout: 120_000 })
      .toContain('failed calling webhook');
  });

  test.afterEach(async () => {
    await scale(1);
    await cluster.kubectl.run([
      'rollout',
      'status',
      `deployment/${WEBHOOK}`,
      `--namespace=${cluster.description.namespaces.tekton}`,
    ]);
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('starts a build once the webhook is back', async () => {
    const starting = FollowedRun.start(
      fixture.executor,
      fixture.scripted({ 'build-image': 'echo begins' }),
    );
    // It takes seconds until it answers.
    await scale(1);
    const run = await starting;
    expect(await run.outcome()).toEqual({ status: 'completed' });
    expect(run.collected.log('build-image')).toBe('begins\n');
  });

  test('blames the cluster in words where the webhook stays down, and leaves no run', async () => {
    const spec = fixture.scripted({});
    const run = await FollowedRun.start(fixture.executor, spec);
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        message:
          'Tekton does not check new runs now, so the cluster takes none.',
        hint: expect.stringContaining('webhook of Tekton'),
      },
    });
    const { stderr } = await cluster.kubectl.try([
      'get',
      'pipelinerun',
      spec.name,
      `--namespace=${fixture.namespace}`,
    ]);
    expect(stderr).toContain('NotFound');
  });
});
