import { type Page, test as base } from '@playwright/test';
import { join } from 'node:path';
import {
  Build,
  Executor,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../cluster/Cluster';
import { expectAccessible } from '../portal/expectAccessible';
import { launchOptions } from '../portal/launchOptions';
import { expect } from '../portal/test';
import { CLUSTER } from './support/ClusterPortal';
import { ReadinessPortal } from './support/ReadinessPortal';
import { TENANT } from './support/tenant';
import {
  ENFORCE,
  bind,
  deleteAccount,
  label,
  makeAccount,
  unbind,
} from './support/tenantHarm';

const PICTURES = join(__dirname, '..', 'results', 'readiness');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = { narrow: 375, wide: 1440 };
/** Longer than a look at a cluster may take, and a click on a page. */
const AT_ONCE_MS = 8_000;
const AWAY_MS = 25_000;

const test = base.extend<{ baseURL: string }, { world: ReadinessPortal }>({
  launchOptions: [launchOptions, { scope: 'worker' }],
  world: [
    async ({}, use) => {
      const world = await ReadinessPortal.start(await Cluster.open());
      try {
        await use(world);
      } finally {
        await world.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: ({ world }, use) => use(world.portal.url),
});

test.describe.configure({ mode: 'serial' });

test('finds all of a cluster and of both namespaces ready, but for Secrets, which it may not look at', async ({
  world,
}) => {
  const found = await world.readiness();
  const all = [found, ...found.namespaces].flatMap(each => each.findings);
  expect(all.filter(({ status }) => status !== 'ready')).toEqual(
    new Array(2).fill({
      check: 'secrets',
      status: 'unknown',
      message: expect.stringContaining('git-login, registry-login, pull-login'),
      hint: expect.stringContaining('event'),
    }),
  );
  expect(found).toMatchObject({
    status: 'ready',
    namespaces: [
      { tenant: TENANT, podSecurity: 'baseline', status: 'ready' },
      { tenant: TENANT, podSecurity: 'privileged', status: 'ready' },
    ],
  });
  expect(all.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'api',
      'tekton',
      'feature-flags',
      'step-images',
      'pod-security',
      'service-account',
      'quota',
      'limit-range',
      'rights',
      'excess-rights',
    ]),
  );
  expect(all.map(({ message }) => message).join('\n')).toMatch(
    /Kubernetes v1\.\d+[\s\S]*Tekton Pipelines v1\.\d+[\s\S]*pods 0 of 50/,
  );
});

/** What goes wrong in a namespace, and what is then said of it. */
const HARM: {
  what: string;
  check: string;
  status: string;
  says: RegExp;
  harm: (world: ReadinessPortal) => Promise<unknown>;
  mend: (world: ReadinessPortal) => Promise<unknown>;
}[] = [
  {
    what: 'the Pod Security label is taken off',
    check: 'pod-security',
    status: 'missing',
    says: /No Pod Security level is enforced/,
    harm: world => label(world, `${ENFORCE}-`),
    mend: world => label(world, `${ENFORCE}=baseline`),
  },
  {
    what: 'a stricter level is enforced than builds can live with',
    check: 'pod-security',
    status: 'missing',
    says: /restricted is enforced there, which refuses the pods/,
    harm: world => label(world, `${ENFORCE}=restricted`),
    mend: world => label(world, `${ENFORCE}=baseline`),
  },
  {
    what: 'the ServiceAccount is deleted',
    check: 'service-account',
    status: 'missing',
    says: /image-builds, which builds run as, does not exist/,
    harm: deleteAccount,
    mend: makeAccount,
  },
  {
    what: 'the ServiceAccount gives its token to pods',
    check: 'service-account',
    status: 'warning',
    says: /gives its token to pods/,
    harm: world => makeAccount(world, true),
    mend: makeAccount,
  },
  {
    what: 'a verb is taken from the role of the portal',
    check: 'rights',
    status: 'missing',
    says: /may not create pipelineruns\.tekton\.dev; get pods\/log there/,
    harm: world => bind(world, { withoutVerb: true }),
    mend: unbind,
  },
  {
    what: 'the portal is let read Secrets',
    check: 'excess-rights',
    status: 'warning',
    says: /may get secrets there/,
    harm: world => bind(world, { withSecrets: true }),
    mend: unbind,
  },
  {
    what: 'the quota is full',
    check: 'quota',
    status: 'warning',
    says: /The quota is full: pods 0 of 0 \(image-builds\)/,
    harm: world => world.namespace.allow({ pods: '0' }),
    mend: world => world.namespace.allow({ pods: '50' }),
  },
  {
    what: 'the quota asks for what no LimitRange gives',
    check: 'limit-range',
    status: 'missing',
    says: /The quota limits limits\.cpu, and no LimitRange gives that/,
    harm: world => world.namespace.allow({ 'limits.cpu': '4' }),
    mend: world => world.namespace.allow({ pods: '50' }),
  },
];

HARM.forEach(({ what, check, status, says, harm, mend }) => {
  test(`says so in words when ${what}, and no more when that is mended`, async ({
    world,
  }) => {
    await harm(world);
    const finding = () => world.finding(world.namespace, check);
    await expect.poll(finding).toMatchObject({
      status,
      message: expect.stringMatching(says),
      hint: expect.stringMatching(/\S/),
    });
    // The other namespace is as it was.
    expect(await world.finding(world.relaxed, check)).toMatchObject({
      status: 'ready',
    });
    await mend(world);
    await expect.poll(finding).toMatchObject({ status: 'ready' });
  });
});

test('holds a build back while what it needs is missing, says so, and runs it once that is there', async ({
  world,
}) => {
  test.setTimeout(300_000);
  await deleteAccount(world);
  await expect
    .poll(() => world.finding(world.namespace, 'service-account'))
    .toMatchObject({ status: 'missing' });
  const { id } = await world.submit();
  const path = `/v1/builds/${id}`;
  await expect
    .poll(() => world.portal.api<WaitReason>(`${path}/wait-reason`))
    .toMatchObject({
      code: 'EXECUTOR_UNAVAILABLE',
      message: expect.stringContaining(
        `is not ready for builds of ${TENANT}. The ServiceAccount image-builds`,
      ),
      hint: expect.stringContaining('portal admin'),
    });
  expect(await world.namespace.names('pipelineruns')).toEqual([]);
  const { items } = await world.portal.api<{ items: Executor[] }>(
    '/v1/executors',
  );
  expect(items.find(({ id: executor }) => executor === CLUSTER)).toMatchObject({
    health: 'degraded',
    message: expect.stringContaining(`Builds of ${TENANT} wait`),
  });
  await makeAccount(world);
  await expect
    .poll(() => world.portal.api<Build>(path), { timeout: 240_000 })
    .toMatchObject({ status: 'completed', attempt: 1 });
});

test('shows it on the page, in words, for keyboards too, and readable in both themes', async ({
  page,
  world,
}) => {
  test.setTimeout(300_000);
  await world.readiness();
  await page.goto('/image-factory/executors');
  const card = page.getByRole('region', { name: 'Cluster of the tests' });
  const status = card.getByRole('status');
  await expect(status).toHaveText('Ready');
  const place = card.getByRole('button', { name: world.namespace.name });
  await expect(place).toHaveText(/^Ready/);
  await expect(place).toHaveAttribute('aria-expanded', 'false');
  await take(page, 'ready');

  await place.focus();
  await page.keyboard.press('Enter');
  const found = card.getByRole('group', { name: world.namespace.name });
  await expect(found.getByText(/may not look at Secrets/)).toBeVisible();
  await expectAccessible(page);

  await deleteAccount(world);
  await label(world, `${ENFORCE}-`);
  await bind(world, { withoutVerb: true });
  await world.namespace.allow({ pods: '0' });
  await card.getByRole('button', { name: 'Check again' }).click();
  await expect(status).toHaveText('Not ready');
  for (const words of [
    'No Pod Security level is enforced there',
    'The ServiceAccount image-builds, which builds run as, does not exist.',
    'The portal may not create pipelineruns.tekton.dev',
    'The quota is full: pods 0 of 0',
  ]) {
    await expect(found).toContainText(words);
  }
  await expect(place).toHaveText(
    /^Not ready.*see Pod Security, Service account, Quota, Rights of the portal$/,
  );
  await expectAccessible(page);
  await take(page, 'failing');
  await page.reload();
  await expect(found).toBeVisible();
  await expectAccessible(page);

  await makeAccount(world);
  await label(world, `${ENFORCE}=baseline`);
  await unbind(world);
  await world.namespace.allow({ pods: '50' });
});

test('knows nothing of a cluster that is away, says so at once, and sends fewer builds there until it is well again', async ({
  page,
  world,
}) => {
  test.setTimeout(420_000);
  const { cluster, portal } = world;
  const executor = async () => {
    const { items } = await portal.api<{ items: Executor[] }>('/v1/executors');
    return items.find(({ id }) => id === CLUSTER);
  };
  // What the test before has broken was mended, and is looked at once more.
  await world.readiness();
  await expect
    .poll(executor)
    .toMatchObject({ health: 'healthy', maxRunning: 100 });
  await cluster.stopApiServer();
  try {
    await expect
      .poll(
        async () => {
          const before = performance.now();
          const { status, findings } = await world.readiness();
          expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);
          return { status, message: findings[0].message };
        },
        { timeout: 30_000 },
      )
      .toEqual({
        status: 'unknown',
        message: `The cluster ${CLUSTER} does not answer.`,
      });
    await page.goto('/image-factory/executors');
    const card = page.getByRole('region', { name: 'Cluster of the tests' });
    await expect(card.getByRole('status').first()).toHaveText('Unknown');
    await expect(card).toContainText('It was not looked at');
    await take(page, 'away');
    await page.waitForTimeout(AWAY_MS);
  } finally {
    await cluster.startApiServer();
  }
  await expect
    .poll(executor, { timeout: 60_000 })
    .toMatchObject({ health: 'degraded', throttled: { maxRunning: 100 } });
  expect((await executor())!.maxRunning).toBeLessThan(100);
  await page.goto('/image-factory/executors');
  await expect(
    page.getByText(/^Takes \d+ at a time of 100 since \d\d:\d\d/),
  ).toBeVisible();
  await take(page, 'throttled');
  await expect.poll(executor, { timeout: 240_000 }).toMatchObject({
    health: 'healthy',
    maxRunning: 100,
  });
});

/** One picture for each theme and width, of all that the page shows, for people to look at. */
async function take(page: Page, name: string) {
  for (const theme of THEMES) {
    await page.evaluate(id => localStorage.setItem('theme', id), theme);
    for (const [size, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 1000 });
      await page.reload();
      await expect(
        page.getByRole('button', { name: /The cluster itself/ }),
      ).toBeVisible();
      await page.screenshot({
        path: join(PICTURES, `${name}-${theme}-${size}.png`),
        fullPage: true,
      });
    }
  }
  await page.evaluate(id => localStorage.setItem('theme', id), 'light');
  await page.setViewportSize({ width: WIDTHS.wide, height: 900 });
}
