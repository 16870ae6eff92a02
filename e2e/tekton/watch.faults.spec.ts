import { expect, test } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { ForgetfulApiServer } from './support/ForgetfulApiServer';
import { RunPods, WAITS_TO_GO_ON } from './support/RunPods';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds whose watch is told by the real API server that its history is gone (410)', () => {
  let fixture: TektonFixture;
  let folder: string;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
    folder = await mkdtemp(join(tmpdir(), 'image-factory-'));
  });

  test.afterAll(async () => {
    await fixture?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test('completes a build all of whose watches, behind a proxy that has them ask for what is gone, begin anew', async () => {
    const kubeconfig = fixture.cluster.description.dispatcherKubeconfig!;
    const proxy = await ForgetfulApiServer.start(kubeconfig);
    const file = join(folder, 'kubeconfig');
    await proxy.writeKubeconfig(file);
    const executor = fixture.another({
      settings: { access: { type: 'kubeconfig', file } },
    });
    const run = await FollowedRun.start(
      executor,
      fixture.scripted({
        'build-image': `echo begins; ${WAITS_TO_GO_ON}; echo ends`,
      }),
    );
    await run.untilPrinted('build-image', 'begins\n');
    proxy.forget();
    const { namespace } = fixture;
    await expect
      .poll(() => proxy.forgotten)
      .toEqual([
        `/api/v1/namespaces/${namespace}/events`,
        `/api/v1/namespaces/${namespace}/pods`,
        `/apis/tekton.dev/v1/namespaces/${namespace}/pipelineruns`,
        `/apis/tekton.dev/v1/namespaces/${namespace}/taskruns`,
      ]);
    await new RunPods(fixture).letGoOn(run.run.name, 'build-image');
    expect(await run.outcome()).toEqual({ status: 'completed' });
    expect(run.collected.rawLog('build-image')).toBe('begins\nends\n');
    await fixture.assertNothingLeft(run.run.name);
    await proxy.stop();
  });
});
