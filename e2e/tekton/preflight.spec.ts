import { BuildPreview } from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterPortal } from './support/ClusterPortal';
import { QUICK_SITE, expect, test } from './support/portalTest';
import { TENANT, prepareTenant } from './support/tenant';

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'no-runs' },
  spec: { hard: { 'count/pipelineruns.tekton.dev': '0' } },
};

/** Another timeout makes another run, so that an answer that is remembered is not given for it. */
function preview(world: ClusterPortal, timeoutSeconds: number) {
  return world.portal.api<BuildPreview>('/v1/builds/preview', {
    entityRef: `component:default/${QUICK_SITE}`,
    infrastructure: 'kubernetes',
    timeoutSeconds,
  });
}

test('asks the cluster about a build before it is submitted, and leaves nothing there', async ({
  world,
}) => {
  const { kubectl } = world.cluster;
  const namespace = await prepareTenant(world.cluster);
  const names = () =>
    kubectl.run(['get', 'pipelineruns', `-n=${namespace}`, '-o=name']);
  const before = await names();
  // The catalog takes a moment to read the component.
  await expect(async () => {
    expect(await preview(world, 601)).toMatchObject({
      tenant: TENANT,
      executor: 'cluster-1',
      problems: [],
    });
  }).toPass({ timeout: 60_000 });
  expect(await names()).toBe(before);

  await kubectl.run(['apply', `-n=${namespace}`, '-f=-'], {
    input: JSON.stringify(QUOTA),
  });
  try {
    let seconds = 700;
    await expect
      .poll(async () => {
        seconds += 1;
        return (await preview(world, seconds)).problems;
      })
      .toEqual([
        {
          path: '',
          blocking: false,
          message: expect.stringMatching(
            /has no room for the PipelineRun .*exceeded quota: no-runs.*A portal admin raises the quota/,
          ),
        },
      ]);
  } finally {
    await kubectl.run([
      ...['delete', 'resourcequota', QUOTA.metadata.name],
      ...[`-n=${namespace}`, '--ignore-not-found'],
    ]);
  }
});
