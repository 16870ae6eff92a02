import { expect, test } from '@playwright/test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { RunPods, WAITS_TO_GO_ON } from './support/RunPods';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds while the token of the portal has run out on the real cluster', () => {
  let cluster: Cluster;
  let fixture: TektonFixture;
  let folder: string;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    fixture = await TektonFixture.create(cluster);
    folder = await mkdtemp(join(tmpdir(), 'image-factory-'));
  });

  test.afterAll(async () => {
    await fixture?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test('says so on the page of the executors, and completes the build that runs, with its whole log, once the kubeconfig has a new one', async () => {
    const good = cluster.description.dispatcherKubeconfig!;
    const config = JSON.parse(await readFile(good, 'utf8'));
    const file = join(folder, 'kubeconfig');
    const writeWith = async (token: string) => {
      const users = [{ ...config.users[0], user: { token } }];
      await writeFile(file, JSON.stringify({ ...config, users }));
    };
    await writeWith(await cluster.signShortToken(20));
    const executor = fixture.another({
      settings: { access: { type: 'kubeconfig', file } },
    });
    const run = await FollowedRun.start(
      executor,
      fixture.scripted({
        'build-image': WAITS_TO_GO_ON,
        'push-image': 'echo pushes',
      }),
    );
    await expect
      .poll(() => executor.describe())
      .toMatchObject({
        health: 'unavailable',
        message: expect.stringContaining("refuses the portal's login"),
        hint: expect.stringContaining('token may have run out'),
      });

    // What the build does now can only be read with the new token.
    await new RunPods(fixture).letGoOn(run.run.name, 'build-image');
    await cluster.kubectl.run([
      'wait',
      '--for=condition=Succeeded',
      '--timeout=60s',
      `--namespace=${fixture.namespace}`,
      `pipelinerun/${run.run.name}`,
    ]);
    expect(run.collected.log('push-image')).toBe('');
    await writeWith(config.users[0].user.token);
    expect(await run.outcome()).toEqual({ status: 'completed' });
    expect(run.collected.log('push-image')).toMatch(/^pushes\n/);
    expect(run.collected.log('push-image')).not.toContain('could not be read');
    await expect
      .poll(() => executor.describe())
      .toMatchObject({ health: 'healthy' });
    await fixture.assertNothingLeft(run.run.name);
  });
});
