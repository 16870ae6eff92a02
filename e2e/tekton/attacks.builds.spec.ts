import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../cluster/Cluster';
import { expect, test } from './support/attacks/attackTest';
import { AttackedPortal } from './support/attacks/AttackedPortal';
import { HOSTILE_BRANCH } from './support/attacks/inertBuilds';
import { INERT_VALUES } from './support/attacks/inertValues';
import { findObjects } from './support/attacks/LiveRun';
import { LiveRunObject } from './support/attacks/liveObjects';
import { MARK } from './support/attacks/marks';
import {
  HOSTILE_LINKS,
  Viewpoint,
  answersOf,
  findingsOf,
  hastyFiles,
  probingFiles,
  processesOf,
  swappingFiles,
} from './support/attacks/probes';
import { CheckedBuild, CheckedPortal } from './support/CheckedPortal';
import { inspectPushed, rawManifest, tagsOf } from './support/registry';

/** Where the nodes of the cluster have their own files: they share the machine's. */
const HOST_MARK = join(tmpdir(), `host-mark-${MARK}`);

test.describe('What a build can do from within its pod', () => {
  test.beforeAll(() => writeFileSync(HOST_MARK, ''));
  test.afterAll(() => rmSync(HOST_MARK, { force: true }));

  test('gives the commands of a Dockerfile and the labels of an image all values as they were written', async ({
    portal,
  }) => {
    const values = (prefix: string) =>
      Object.fromEntries(
        INERT_VALUES.map((value, index) => [`${prefix}${index}`, value]),
      );
    const build = await portal.build('hostile-folder', {
      ref: HOSTILE_BRANCH,
      parameters: { 'build-args': values('V'), labels: values('v') },
    });
    const { status, image, failure } = await portal.ended(build);
    const log = await portal.log(build, 'build-image');
    expect(status, `${JSON.stringify(failure)}\n${log}`).toBe('completed');
    const printed = [...log.matchAll(/^argument (V\d+) (\S*)$/gm)].map(
      ([, name, encoded]) => [name, Buffer.from(encoded, 'base64').toString()],
    );
    expect(Object.fromEntries(printed)).toEqual(values('V'));
    const { registry } = portal.cluster.local;
    const { Labels } = await inspectPushed(registry, image);
    expect(Labels).toMatchObject(values('v'));
  });

  for (const method of ['docker', 'buildx']) {
    test(`lets no command of a Dockerfile reach logins, tokens, other steps, the node or the cluster, by ${method}`, async ({
      portal,
    }) => {
      test.setTimeout(300_000);
      const addresses = await networkAddresses(portal);
      await portal.repository.commit(
        probingFiles({
          base: portal.cluster.local.images.busybox,
          git: portal.cluster.local.images.git,
          addresses: Object.values(addresses),
        }),
        { branch: `probes-${method}`, links: HOSTILE_LINKS },
      );
      const build = await portal.build('plain', {
        method,
        ref: `probes-${method}`,
      });
      const { status, failure, digest } = await portal.ended(build);
      const log = await portal.log(build, 'build-image');
      expect(status, `${JSON.stringify(failure)}\n${log}`).toBe('completed');
      for (const viewpoint of ['inside', 'outside'] as const) {
        expectNothingFound(log, viewpoint);
      }
      expectNoAnswer(log, addresses);
      await expectOwnResults(portal, build, digest!);
    });
  }

  test('pushes nothing of a build that lets the next step begin while it can still change its image', async ({
    portal,
  }) => {
    await portal.repository.commit(
      hastyFiles(portal.cluster.local.images.busybox),
      { branch: 'hasty' },
    );
    const image = `${portal.images}/hasty`;
    const build = await portal.build('plain', { ref: 'hasty', image });
    const { status, failure } = await portal.ended(build);
    expect(await portal.log(build, 'build-image')).toContain('let it begin');
    expect({ status, failure }).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        step: 'push-image',
        message: expect.stringContaining(
          'the step build-image has not ended yet',
        ),
      },
    });
    expect(await tagsOf(portal.cluster.local.registry, image)).toEqual([]);
  });
});

test.describe('What a build can do to an image that is looked at before it is pushed', () => {
  const LIVES_ON = `lives-on-${process.pid}`;
  const ENDS_STEP = `ends-step-${process.pid}`;
  let world: CheckedPortal;

  test.beforeAll(async () => {
    test.setTimeout(300_000);
    const cluster = await Cluster.open();
    const { busybox } = cluster.local.images;
    world = await CheckedPortal.create(cluster, {
      [LIVES_ON]: swappingFiles(busybox, 'lives-on'),
      [ENDS_STEP]: swappingFiles(busybox, 'ends-the-step'),
    });
    await world.start({ severity: 'high' });
  });

  test.afterAll(() => world?.dispose());

  test('does not have another one pushed by what it leaves behind, which does not outlive its step', async () => {
    // Tekton's process in the step waits for somebody who is no more.
    const checked = await world.build(LIVES_ON, { timeoutSeconds: 75 });
    await expectNoneSwapped(checked);
    expect(checked.build).toMatchObject({
      status: 'failed',
      failure: { class: 'timeout' },
    });
  });

  test('does not have another one pushed where it ends its step, and what it leaves behind lives on', async () => {
    const checked = await world.build(ENDS_STEP);
    expect(await expectNoneSwapped(checked)).toBe(
      await imageOf(checked, 'harmless'),
    );
    expect(checked.build).toMatchObject({
      status: 'failed',
      failure: { step: 'build-image' },
    });
  });

  /** What was pushed in its place was looked at. */
  async function expectNoneSwapped(checked: CheckedBuild) {
    const { registry } = world.cluster.local;
    const swapped = await imageOf(checked, 'swapped');
    const log = await checked.log('push-image');
    const pushed = /^Pushed \S+@(sha256:[0-9a-f]{64})$/m.exec(log)?.[1];
    expect(pushed, log).toBeDefined();
    await expect(
      rawManifest(registry, `${checked.repository}@${swapped}`),
    ).rejects.toThrow(/manifest unknown/);
    expect(await checked.log('generate-sbom')).toContain(
      `--source-version=${pushed}`,
    );
    const { digest } = await rawManifest(
      registry,
      `${checked.repository}@${pushed}`,
    );
    return digest;
  }

  async function imageOf(
    checked: CheckedBuild,
    name: string,
  ): Promise<string | undefined> {
    const log = await checked.log('build-image');
    const digest = new RegExp(`^The ${name} image is (sha256:\\S+)$`, 'm');
    expect(log).toMatch(digest);
    return digest.exec(log)?.[1];
  }
});

/** A finding is `no`, but that the probe finds what it has put there itself, which tells that it can look at all. */
function expectNothingFound(log: string, viewpoint: Viewpoint): void {
  const { 'reads the login pull': pull, ...found } = findingsOf(log, viewpoint);
  expect(found['reads what it has planted'], log).toBe('yes');
  expect(Object.keys(found).length).toBeGreaterThan(15);
  expect(
    Object.entries(found)
      .filter(([, answer]) => answer === 'yes')
      .map(([what]) => what),
    viewpoint,
  ).toEqual(['reads what it has planted']);
  // The manual says that the commands of a Dockerfile may come to it.
  if (viewpoint === 'inside') expect(pull).toBe('no');
  test.info().annotations.push({
    type: `reads the login for base images, ${viewpoint}`,
    description: pull,
  });
  const processes = processesOf(log, viewpoint);
  expect(processes.join('\n')).toMatch(/probe\.sh/);
  for (const command of processes) {
    expect(command).not.toMatch(
      /script-0|push-image|skopeo|git |kubelet|containerd|kube-apiserver/,
    );
  }
}

/** The first is asked to know that one who asks is answered. */
async function networkAddresses(portal: AttackedPortal) {
  const { kubectl, local } = portal.cluster;
  const server = await kubectl.run([
    'config',
    'view',
    '--minify',
    '--output=jsonpath={.clusters[0].cluster.server}',
  ]);
  const { items } = await kubectl.get<{
    items: { status: { addresses: { type: string; address: string }[] } }[];
  }>('nodes', '--selector=kubernetes.io/os=linux,type!=kwok');
  const node = items[0].status.addresses.find(
    ({ type }) => type === 'InternalIP',
  )!.address;
  return {
    control: `${local.git.url}/attacks/`,
    secrets: `${server}/api/v1/namespaces/${portal.namespace.name}/secrets`,
    runs: `${server}/apis/tekton.dev/v1/namespaces/${portal.victim.name}/pipelineruns`,
    kubelet: `https://${node}:10250/pods`,
    readOnlyKubelet: `http://${node}:10255/pods`,
  };
}

function expectNoAnswer(log: string, addresses: Record<string, string>): void {
  const answers = answersOf(log);
  const { control, ...others } = addresses;
  // A 401 has git ask for a login.
  expect(answers[control]).toMatch(/could not read Username/);
  for (const address of Object.values(others)) {
    expect(answers[address]).toMatch(
      /could not read Username|returned error: 40[13]|Failed to connect|Could not resolve|^$/,
    );
  }
}

/** Whatever a step says of another one's results, they are what that step has said. */
async function expectOwnResults(
  portal: AttackedPortal,
  build: Build,
  digest: string,
): Promise<void> {
  const objects = (await findObjects(portal.cluster, {
    'image-factory.io/build': build.id,
  })) as (LiveRunObject & {
    status: { results?: { name: string; value: string }[] };
  })[];
  const run = objects.find(({ kind }) => kind === 'PipelineRun')!;
  const results = Object.fromEntries(
    run.status.results!.map(({ name, value }) => [name, value]),
  );
  expect(results).toMatchObject({
    IMAGE_URL: `${portal.images}/plain`,
    IMAGE_DIGEST: digest,
    'CHAINS-GIT_URL': portal.repository.url,
    'CHAINS-GIT_COMMIT': build.source!.commit,
  });
}
