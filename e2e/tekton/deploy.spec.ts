import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../cluster/Cluster';
import { DISPATCHER } from '../cluster/access/dispatcher';
import { portalImage } from '../cluster/images/portalImage';
import { publishImages } from '../cluster/images/publishImages';
import { describeComponent } from '../portal/writeComponent';
import { DEPLOY } from './support/applyTenant';
import { createRepository } from './support/createRepository';
import { DeployedPortal, Pod } from './support/DeployedPortal';
import { Gate } from './support/Gate';
import { OpenPage } from './support/OpenPage';
import { PodsPostgres } from './support/PodsPostgres';
import { inspectPushed } from './support/registry';
import { prepareTenant } from './support/tenant';
import { TenantNamespace } from './support/TenantNamespace';

/** Of the demo: the guest and the group that owns the components. */
const ORG = join(__dirname, '../../examples/org.yaml');

const ACCOUNT = `system:serviceaccount:${DISPATCHER.namespace}:${DISPATCHER.name}`;

/** Built once for all runs of the same sources; `PORTAL_IMAGE` tests one that is in the registry already. */
async function publishPortal(cluster: Cluster): Promise<string> {
  if (process.env.PORTAL_IMAGE) return process.env.PORTAL_IMAGE;
  const { registry } = cluster.local;
  const { portal } = await publishImages(
    { host: registry.address, ...registry },
    { portal: await portalImage() },
  );
  return portal;
}

test.describe('A portal that is deployed on the real cluster', () => {
  const instance = `deployed-${randomUUID().slice(0, 8)}`;
  let cluster: Cluster;
  let tenant: TenantNamespace;
  let postgres: PodsPostgres;
  let gate: Gate;
  let portal: DeployedPortal;

  test.beforeAll(async () => {
    test.setTimeout(1_800_000);
    cluster = await Cluster.open();
    const { registry, git, images } = cluster.local;
    const image = await publishPortal(cluster);
    await cluster.kubectl.run([
      ...['apply', '--kustomize', join(DEPLOY, 'dispatcher')],
    ]);
    tenant = await TenantNamespace.create(cluster);
    await prepareTenant(cluster, tenant.name);
    const address = new URL(`https://${registry.address}`).hostname;
    postgres = await PodsPostgres.start(address);
    gate = await Gate.start(address);
    const from = `FROM ${images.busybox}`;
    const entities = [
      readFileSync(ORG, 'utf8'),
      await addComponent('deployed-site', `${from}\nRUN echo built\n`),
      await addComponent('gated-site', `${from}\nRUN ${gate.command}\n`),
    ];
    portal = await DeployedPortal.deploy(cluster, {
      image,
      postgres,
      catalog: entities.join('---\n'),
      instance,
      namespace: tenant.name,
    });

    async function addComponent(name: string, dockerfile: string) {
      const repository = await createRepository(git, `${instance}/${name}`, {
        Dockerfile: dockerfile,
      });
      return describeComponent(name, {
        image: `${registry.address}/${instance}/${name}:{number}`,
        source: `url:${repository.url}/tree/main/`,
      });
    }
  });

  test.afterAll(async () => {
    test.setTimeout(300_000);
    gate?.open();
    await portal?.remove();
    await gate?.stop();
    await postgres?.stop();
    await tenant?.dispose();
  });

  test('serves its pages and its API through the Service, from two replicas of a restricted namespace', async () => {
    const pods = await portal.pods();
    expect(pods).toHaveLength(2);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(2);
    const namespace = await cluster.kubectl.get<{
      metadata: { labels: Record<string, string> };
    }>('namespace', DISPATCHER.namespace);
    expect(namespace.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const page = await (await fetch(portal.url)).text();
    const [, script] = /<script[^>]* src="([^"]+)"/.exec(page)!;
    const asset = await fetch(new URL(script, portal.url));
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-type')).toContain('javascript');
    const { items } = await portal.api.ask<{ items: { id: string }[] }>(
      '/v1/executors',
    );
    expect(items.map(({ id }) => id)).toEqual(['this-cluster']);
  });

  test('holds what production needs and no more, and can write nowhere but where it should', async () => {
    const [pod] = await portal.pods();
    const shell = (script: string) => portal.execute(pod, 'sh', '-c', script);
    expect((await shell('id -u')).trim()).toBe('1000');
    // A native part that has to fit this Node and this Debian.
    await shell(`node -e "new (require('better-sqlite3'))(':memory:')"`);
    expect((await shell('node --version; git --version')).trim()).toMatch(
      /^v22\..*\ngit version/,
    );
    // Of the development dependencies, of the compilers and of Yarn.
    expect(
      await shell(
        'ls -d node_modules/jest node_modules/@backstage/cli .yarn .yarnrc.yml /usr/bin/g++ 2>/dev/null; true',
      ),
    ).toBe('');
    expect(await shell('touch /app/file 2>&1; true')).toContain(
      'Read-only file system',
    );
    await shell('touch /data/file /tmp/file');
  });

  test('builds on its own cluster by the token of its pod, which may read no Secret', async () => {
    test.setTimeout(240_000);
    for (const pod of await portal.pods()) {
      expect(pod.spec.serviceAccountName).toBe(DISPATCHER.name);
    }
    const may = (verb: string, kind: string) =>
      cluster.kubectl.try([
        ...['auth', 'can-i', verb, kind, `--as=${ACCOUNT}`],
        `--namespace=${tenant.name}`,
      ]);
    expect((await may('create', 'pipelineruns.tekton.dev')).code).toBe(0);
    expect((await may('get', 'secrets')).code).toBe(1);
    expect((await may('create', 'pods')).code).toBe(1);

    const { id } = await portal.submit('deployed-site');
    const build = await ended(id);
    expect(build).toMatchObject({
      status: 'completed',
      executor: 'this-cluster',
    });
    const { Digest } = await inspectPushed(cluster.local.registry, build.image);
    expect(build.digest).toBe(Digest);
  });

  test('answers all along while it is rolled out anew, and its build goes on in the same attempt', async () => {
    test.setTimeout(420_000);
    const { id } = await portal.submit('gated-site');
    await expect
      .poll(() => logOf(id), { timeout: 120_000 })
      .toContain('tick 3\n');
    const old = await portal.pods();
    const pages = await Promise.all(old.map(pod => openPage(pod, id)));
    let stoppedInMs = Infinity;
    const answers = await whileAsking(portal.url, async () => {
      stoppedInMs = await portal.rollOut();
    });
    // After sixty seconds they would have been killed.
    expect(stoppedInMs).toBeLessThan(50_000);
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(answer => answer !== 200)).toEqual([]);
    expect(pages.map(page => page.isClosed)).toEqual([true, true]);
    expect(await portal.api.ask(`/v1/builds/${id}`)).toMatchObject({
      status: 'running',
    });

    gate.open();
    expect(await ended(id)).toMatchObject({ status: 'completed', attempt: 1 });
    const ticks = [...(await logOf(id)).matchAll(/^tick (\d+)$/gm)];
    expect(ticks.map(([, tick]) => Number(tick))).toEqual(
      ticks.map((_, index) => index + 1),
    );
  });

  test('is drained from its nodes one replica at a time', async () => {
    const budget = await cluster.kubectl.get<{
      status: { currentHealthy: number; disruptionsAllowed: number };
    }>(
      'poddisruptionbudget',
      'image-factory-portal',
      `--namespace=${DISPATCHER.namespace}`,
    );
    expect(budget.status).toMatchObject({
      currentHealthy: 2,
      disruptionsAllowed: 1,
    });
  });

  async function openPage({ status }: Pod, buildId: string) {
    return OpenPage.open({
      host: `${status.podIP}:7007`,
      token: await portal.api.token(),
      buildId,
      step: 'build-image',
    });
  }

  async function ended(id: string): Promise<Build> {
    let build: Build;
    await expect
      .poll(
        async () => {
          build = await portal.api.ask<Build>(`/v1/builds/${id}`);
          return build.finishedAt;
        },
        { timeout: 180_000 },
      )
      .toBeDefined();
    return build!;
  }

  async function logOf(id: string): Promise<string> {
    const { text } = await portal.api
      .ask<{ text: string }>(`/v1/builds/${id}/logs?step=build-image`)
      // The step is yet to come.
      .catch(() => ({ text: '' }));
    return text;
  }
});

test.describe('The examples of an operator', () => {
  const EXAMPLES = join(DEPLOY, 'examples');

  test('are taken by the API server', async () => {
    const { kubectl } = await Cluster.open();
    const tenants = ['payments', 'payments-relaxed'];
    try {
      for (const name of tenants) {
        await kubectl.run(['apply', '--kustomize', join(EXAMPLES, name)]);
      }
      const levels = await kubectl.run([
        ...[
          'get',
          'namespaces',
          ...tenants.map(name => `image-builds-${name}`),
        ],
        String.raw`--output=jsonpath={.items[*].metadata.labels.pod-security\.kubernetes\.io/enforce}`,
      ]);
      expect(levels).toBe('baseline privileged');
      const quota = await kubectl.get<{
        spec: { hard: Record<string, string> };
      }>('resourcequota', 'image-builds', '--namespace=image-builds-payments');
      expect(quota.spec.hard).toMatchObject({
        'requests.cpu': '64',
        pods: '50',
      });
    } finally {
      for (const name of tenants) {
        await kubectl.run([
          ...['delete', 'namespace', '--wait=false', '--ignore-not-found'],
          `image-builds-${name}`,
        ]);
      }
    }
    for (const name of ['portal', 'portal-single']) {
      await kubectl.run([
        ...['apply', '--dry-run=server', '--kustomize', join(EXAMPLES, name)],
      ]);
    }
  });
});

/** Asks for a page again and again, each time over a new connection; gives the statuses, or what went wrong. */
async function whileAsking(
  url: string,
  work: () => Promise<void>,
): Promise<(number | string)[]> {
  const answers: (number | string)[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      answers.push(await statusOf(url));
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await asking;
  }
  return answers;
}

function statusOf(url: string): Promise<number | string> {
  return new Promise(resolve => {
    const request = get(url, { agent: false, timeout: 10_000 }, response => {
      response.resume();
      response.once('end', () => resolve(response.statusCode!));
      response.once('error', error => resolve(error.message));
    });
    request.once('timeout', () => request.destroy(new Error('timed out')));
    request.once('error', error => resolve(error.message));
  });
}
