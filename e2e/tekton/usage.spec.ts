import { test as base, expect } from '@playwright/test';
import {
  Build,
  ExecutorReadiness,
  Metric,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../cluster/Cluster';
import { launchOptions } from '../portal/launchOptions';
import { CLUSTER, ClusterPortal } from './support/ClusterPortal';

const SITE = 'hungry-site';
const HELD_MIB = 200;
/** Longer than two looks of a metrics server that looks each ten seconds, and of a portal that asks each fifteen. */
const HELD_SECONDS = 40;
const MIB = 1024 ** 2;

const test = base.extend<{ baseURL: string }, { world: ClusterPortal }>({
  launchOptions: [launchOptions, { scope: 'worker' }],
  world: [
    async ({}, use) => {
      const world = await ClusterPortal.create(await Cluster.open());
      const bytes = HELD_MIB * MIB;
      await world.addComponent(SITE, {
        Dockerfile: [
          `FROM ${world.cluster.local.images.busybox}`,
          // What has read it all holds it until somebody reads on.
          `RUN head -c ${bytes} /dev/zero | tail -c ${bytes} | (sleep ${HELD_SECONDS}; wc -c)`,
          '',
        ].join('\n'),
      });
      try {
        await world.start();
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
  'tells the most memory and CPU that a step took, while it runs and after its pod is gone',
  { tag: '@ci' },
  async ({ page, world }) => {
    const { id } = await world.submit(SITE);
    const peak = async (name: string) => {
      const { items } = await world.portal.api<{ items: Metric[] }>(
        `/v1/builds/${id}/metrics`,
      );
      return items.find(
        each => each.step === 'build-image' && each.name === name,
      )?.value;
    };
    await page.goto(`/image-factory/builds/${id}`);
    await expect
      .poll(async () => (await peak('peak-memory')) ?? 0, { timeout: 120_000 })
      .toBeGreaterThan(HELD_MIB * MIB);
    const build = () => world.portal.api<Build>(`/v1/builds/${id}`);
    expect((await build()).status).toBe('running');
    const place = page.getByLabel('Where build-image runs');
    await expect(place).toContainText(/Peak memory\s*2\d\d MiB/);
    await expect(place).toContainText(/Peak CPU\s*\d+(\.\d+)? cores/);

    await expect
      .poll(async () => (await build()).status, { timeout: 120_000 })
      .toBe('completed');
    await world.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${world.namespace}`,
      `--selector=image-factory.io/build=${id}`,
      '--wait=true',
    ]);
    const memory = (await peak('peak-memory'))!;
    expect(memory).toBeGreaterThan(HELD_MIB * MIB);
    expect(memory).toBeLessThan(2 * HELD_MIB * MIB);
    expect(await peak('peak-cpu')).toBeGreaterThanOrEqual(0);
    await page.goto(`/image-factory/builds/${id}?step=build-image&attempt=1`);
    await expect(place).toContainText(/Peak memory\s*2\d\d MiB/);

    const readiness = await world.portal.api<ExecutorReadiness>(
      `/v1/executors/${CLUSTER}/readiness`,
    );
    expect(readiness.namespaces[0].findings).toContainEqual(
      expect.objectContaining({ check: 'usage', status: 'ready' }),
    );
  },
);
