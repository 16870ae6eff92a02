import { test as base, expect } from '@playwright/test';
import {
  Build,
  ClusterEventList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../cluster/Cluster';
import { launchOptions } from '../portal/launchOptions';
import { region } from '../portal/pages';
import { ClusterPortal, clusterConfig } from './support/ClusterPortal';

const SITE = 'unpullable-site';
/** The same cluster, with a Secret that nobody has put there. */
const WITHOUT_SECRET = 'without-secret';
const NO_SECRET = 'nobody-has-put-it-there';

/** A portal whose builds need an image that is nowhere, and on its second cluster a Secret that is not there. */
const test = base.extend<
  { baseURL: string },
  { world: ClusterPortal; missing: string }
>({
  launchOptions: [launchOptions, { scope: 'worker' }],
  missing: [
    async ({}, use) => {
      const { registry } = (await Cluster.open()).local;
      await use(`${registry.address}/not/there@sha256:${'2'.repeat(64)}`);
    },
    { scope: 'worker' },
  ],
  world: [
    async ({ missing }, use) => {
      const world = await ClusterPortal.create(await Cluster.open());
      const from = `FROM ${world.cluster.local.images.busybox}`;
      await world.addComponent(SITE, { Dockerfile: `${from}\n` });
      const { imageFactory_executors_kubernetes: kubernetes, ...config } =
        clusterConfig(world.cluster, world.instance);
      try {
        await world.start({
          ...config,
          imageFactory_executors_kubernetes: {
            ...kubernetes,
            stepImages: { ...kubernetes.stepImages, git: missing },
            clusters: kubernetes.clusters.flatMap(cluster => [
              cluster,
              {
                ...cluster,
                name: WITHOUT_SECRET,
                registrySecrets: cluster.registrySecrets.map(each => ({
                  ...each,
                  secret: NO_SECRET,
                })),
              },
            ]),
          },
        });
        await use(world);
      } finally {
        await world.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: ({ world }, use) => use(world.portal.url),
});

test(
  'keeps what the cluster has told of an image that cannot be pulled, and shows it when the pod and its events are gone',
  { tag: '@ci' },
  async ({ page, world, missing }) => {
    const { id } = await world.submit(SITE);
    const build = () => world.portal.api<Build>(`/v1/builds/${id}`);
    const events = () =>
      world.portal.api<ClusterEventList>(
        `/v1/builds/${id}/cluster-events?attempt=1`,
      );
    await expect
      .poll(async () => (await build()).failure?.message ?? '')
      .toContain(missing);
    // It would be tried again.
    await world.portal.api(`/v1/builds/${id}/cancel`, {});

    const { items, truncated, problem } = await events();
    expect({ truncated, problem }).toEqual({
      truncated: false,
      problem: undefined,
    });
    const failed = items.find(
      ({ type, reason, message }) =>
        type === 'Warning' && reason === 'Failed' && message.includes(missing),
    )!;
    expect(failed).toMatchObject({
      object: { kind: 'Pod', name: expect.stringMatching(/^docker-.+-pod$/) },
      count: expect.any(Number),
    });
    // In the order in which it was: first the run, then a node for its pod, then the pull.
    const place = (reason: string, kind: string) =>
      items.findIndex(
        event => event.reason === reason && event.object.kind === kind,
      );
    expect(place('Scheduled', 'Pod')).toBeGreaterThanOrEqual(0);
    expect(place('Scheduled', 'Pod')).toBeLessThan(items.indexOf(failed));
    expect(items.map(({ object }) => object.kind)).toEqual(
      expect.arrayContaining(['PipelineRun', 'TaskRun', 'Pod']),
    );

    const { kubectl } = world.cluster;
    const inNamespace = `--namespace=${world.namespace}`;
    await kubectl.run([
      'delete',
      'pipelineruns',
      inNamespace,
      `--selector=image-factory.io/build=${id}`,
      '--wait=true',
    ]);
    await kubectl.run([
      'wait',
      '--for=delete',
      'pod',
      inNamespace,
      `--selector=image-factory.io/build=${id}`,
      '--timeout=60s',
    ]);
    await kubectl.run([
      'delete',
      'events',
      inNamespace,
      `--field-selector=involvedObject.name=${failed.object.name}`,
    ]);
    expect((await events()).items).toEqual(items);

    await page.goto(`/image-factory/builds/${id}?view=events&attempt=1`);
    const row = region(page, 'Cluster events')
      .getByRole('row')
      .filter({ hasText: missing })
      .filter({ hasText: 'Failed to pull image' })
      .first();
    await expect(row).toContainText('Warning');
    await expect(row).toContainText(failed.object.name);
    await expect(row.getByRole('rowheader')).toHaveText('Failed');
  },
);

test('says by an event what a build waits for where the status of its pod does not', async ({
  page,
  world,
}) => {
  const { id } = await world.submit(SITE, { infrastructure: WITHOUT_SECRET });
  const build = () => world.portal.api<Build>(`/v1/builds/${id}`);
  await expect
    .poll(async () => (await build()).phaseReason)
    .toBe('FailedMount');
  expect(await build()).toMatchObject({
    status: 'running',
    phase: 'pending',
    phaseMessage: expect.stringContaining(NO_SECRET),
  });
  await page.goto(`/image-factory/builds/${id}`);
  const why = region(page, 'Why it waits');
  await expect(why).toContainText('cannot be attached or mounted');
  await expect(why).toContainText(NO_SECRET);
  await why.getByRole('link', { name: 'All that the cluster tells' }).click();
  await expect(
    region(page, 'Cluster events').getByRole('rowheader', {
      name: 'FailedMount',
    }),
  ).toBeVisible();
  await world.portal.api(`/v1/builds/${id}/cancel`, {});
  await expect
    .poll(async () => (await build()).status, { timeout: 60_000 })
    .toBe('cancelled');
});
