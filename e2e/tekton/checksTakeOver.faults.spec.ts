import { expect, test } from '@playwright/test';
import { CheckSettings } from '../../plugins/image-factory-backend/src/checks';
import { TektonExecutor } from '../../plugins/image-factory-backend/src/executors/tekton';
import { dockerMethod } from '../../plugins/image-factory-backend/src/methods';
import { withBundledTemplates } from '../../plugins/image-factory-backend/src/withBundledTemplates';
import { CollectedRun } from '../../plugins/image-factory-node/src/testUtils';
import { Cluster } from '../cluster/Cluster';
import { imageWith } from './support/checkedImages';
import { createExecutor } from './support/createExecutor';
import { DockerBuilds } from './support/DockerBuilds';
import { FollowedRun } from './support/FollowedRun';
import { readReferrers } from './support/registry';

const REPORTS = ['sbom', 'vulnerability-report'];

test.describe('Checks of a build whose collectors are killed', () => {
  let builds: DockerBuilds;
  const executors: TektonExecutor[] = [];

  test.beforeAll(async () => {
    builds = await DockerBuilds.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await Promise.all(executors.map(executor => executor.stop()));
    await builds?.dispose();
  });

  function executorWith(gate?: CheckSettings['gate']): TektonExecutor {
    const { cluster, instance } = builds;
    const executor = createExecutor({
      cluster,
      instance,
      methods: [withBundledTemplates(dockerMethod)],
      checks: {
        sbom: 'auto',
        scan: 'auto',
        database: cluster.local.vulnerabilityDatabase,
        gate,
      },
    });
    executors.push(executor);
    return executor;
  }

  /** Collects a build by three in turn: one until the scan, one until the first report is kept. */
  async function collectInTurns(
    version: string,
    gate?: CheckSettings['gate'],
  ): Promise<{ spec: FollowedRun['spec']; collected: CollectedRun }> {
    const spec = await builds.spec({
      files: imageWith({ npm: { 'image-factory-test-parser': version } }),
    });
    let run = await FollowedRun.start(executorWith(gate), spec);
    for (const leaveAt of [
      ({ steps }: CollectedRun) =>
        steps.some(
          // A scan of a moment may never be seen to run.
          ({ name, status }) => name === 'scan-image' && status !== 'pending',
        ),
      ({ artifacts }: CollectedRun) =>
        artifacts.some(({ type }) => type === 'sbom'),
    ]) {
      await run.until('the place to leave at', leaveAt);
      await run.leave();
      const into = run.collected;
      expect(into.outcome).toBeUndefined();
      // The operator has changed the gate meanwhile; it is as it was when the run was made.
      run = await FollowedRun.start(executorWith(), spec, {
        into,
        from: into.cursor,
      });
    }
    await run.outcome();
    return { spec, collected: run.collected };
  }

  /** As the database has them, which knows each by its type and name. */
  function reportsOf({ artifacts }: CollectedRun) {
    const latest = new Map(
      artifacts.map(each => [`${each.type}/${each.name}`, each]),
    );
    return [...latest.values()].filter(({ type }) => REPORTS.includes(type));
  }

  test('keeps the reports of an image that was pushed, once, and has them listed once', async () => {
    const { spec, collected } = await collectInTurns('2.0.0');
    expect(collected.outcome, collected.rawLog('scan-image')).toEqual({
      status: 'completed',
    });
    expect(reportsOf(collected).map(({ type }) => type)).toEqual(REPORTS);
    const image = collected.artifacts.find(({ type }) => type === 'image');
    const listed = await readReferrers(
      builds.cluster.local.registry,
      spec.config.image.reference.replace(/:1$/, ''),
      image!.digest!,
    );
    expect(listed).toHaveLength(2);
  });

  test('knows of an image that was stopped why, by the gate that there was when it was built', async () => {
    const { collected } = await collectInTurns('1.0.0', {
      severity: 'high',
      ignoreUnfixed: false,
      ignore: [],
    });
    expect(collected.outcome, collected.rawLog('scan-image')).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        rule: 'scan-gate',
        step: 'scan-image',
        message: expect.stringContaining('1 critical and 1 high'),
      },
    });
    expect(
      collected.steps.slice(3).map(({ name, status }) => [name, status]),
    ).toEqual([
      ['scan-image', 'failed'],
      ['push-image', 'skipped'],
    ]);
    expect(collected.rawLog('push-image')).toContain('Not pushed');
    expect(reportsOf(collected).map(({ type }) => type)).toEqual(REPORTS);
  });
});
