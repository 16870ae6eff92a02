import { expect, test as base } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import {
  CheckedPortal,
  MANIFOLD,
  PARSER,
  SOUND,
  TOOL,
  VULNERABLE,
} from './support/CheckedPortal';
import { rawManifest, readReferrers, tagsOf } from './support/registry';

const SBOM = 'application/spdx+json';
const REPORT = 'application/vnd.aquasec.trivy.report+json';

const STEPS = [
  'clone-repo',
  'build-image',
  'generate-sbom',
  'scan-image',
  'push-image',
];

const test = base.extend<{}, { world: CheckedPortal }>({
  world: [
    async ({}, use) => {
      const world = await CheckedPortal.create(await Cluster.open());
      try {
        await world.start({ severity: 'high' });
        await use(world);
      } finally {
        await world.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

test(
  'an image that the gate lets pass is pushed, with its SBOM and its scan beside it',
  { tag: '@ci' },
  async ({ world }) => {
    const { registry } = world.cluster.local;
    const checked = await world.build(SOUND);
    const { build, repository } = checked;
    expect(build, await checked.log('scan-image')).toMatchObject({
      status: 'completed',
      vulnerabilities: { critical: 0, high: 0, medium: 0, low: 1, unknown: 0 },
    });
    expect(await checked.steps()).toEqual(
      STEPS.map(step => [step, 'completed']),
    );
    const [sbom, ...otherSboms] = await checked.artifacts('sbom');
    const [report, ...otherReports] = await checked.artifacts(
      'vulnerability-report',
    );
    expect([...otherSboms, ...otherReports]).toEqual([]);

    const document = await checked.content<Spdx>(sbom);
    expect(packagesOf(document)).toMatchObject({
      [PARSER]: '2.0.0',
      [TOOL]: '1.0-1',
    });
    expect(JSON.stringify(await checked.content(report))).toContain(
      'CVE-2099-0004',
    );
    expect(await checked.vulnerabilities()).toMatchObject({
      fixable: 1,
      gate: { severity: 'high', stopped: false },
      items: [{ id: 'CVE-2099-0004', package: TOOL, fixedVersion: '2.0-1' }],
    });

    // The registry has no referrers API: the specification has a tag in its place.
    const pushed = await rawManifest(registry, build.image);
    expect(pushed.digest).toBe(build.digest);
    const listed = await readReferrers(registry, repository, build.digest!);
    expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([
      SBOM,
      REPORT,
    ]);
    for (const artifact of [sbom, report]) {
      const { digest, manifest } = await rawManifest(
        registry,
        artifact.reference!,
      );
      expect(listed.map(each => each.digest)).toContain(digest);
      expect(manifest).toMatchObject({
        artifactType: artifact.mediaType,
        subject: { digest: build.digest },
        layers: [{ digest: artifact.digest, mediaType: artifact.mediaType }],
        annotations: { 'image-factory.io/platform': 'linux/amd64' },
      });
    }
  },
);

test(
  'an image that the gate stops is not pushed, and tells what would have to be updated',
  { tag: '@ci' },
  async ({ world }) => {
    const { registry } = world.cluster.local;
    const checked = await world.build(VULNERABLE);
    const { build, repository } = checked;
    expect(await checked.steps(), await checked.log('scan-image')).toEqual([
      ['clone-repo', 'completed'],
      ['build-image', 'completed'],
      ['generate-sbom', 'completed'],
      ['scan-image', 'failed'],
      ['push-image', 'skipped'],
    ]);
    expect(build).toMatchObject({
      status: 'failed',
      vulnerabilities: { critical: 1, high: 1, medium: 0, low: 0, unknown: 0 },
      failure: {
        class: 'user',
        step: 'scan-image',
        message: expect.stringMatching(/1 critical and 1 high/),
        hint: expect.stringContaining(`Update ${PARSER} 1.0.0 to 1.2.0`),
      },
    });
    expect(build.digest).toBeUndefined();
    expect(await checked.log('scan-image')).toMatch(
      /image-factory-test-parser .*CVE-2099-0001.*CRITICAL/,
    );
    expect(await checked.log('push-image')).toContain('Not pushed');
    expect(await checked.vulnerabilities()).toMatchObject({
      gate: { severity: 'high', stopped: true },
      items: [
        { id: 'CVE-2099-0001', severity: 'critical', stopsImage: true },
        { id: 'CVE-2099-0002', severity: 'high', stopsImage: true },
      ],
    });

    expect(await checked.artifacts('image')).toEqual([]);
    expect(await tagsOf(registry, repository)).toEqual([]);
    const [report] = await checked.artifacts('vulnerability-report');
    expect(JSON.stringify(await checked.content(report))).toContain(
      'CVE-2099-0001',
    );
    const { manifest } = await rawManifest(registry, report.reference!);
    await expect(
      rawManifest(registry, `${repository}@${manifest.subject!.digest}`),
    ).rejects.toThrow(/manifest unknown/);
  },
);

test('an index has an SBOM and a scan of each of its platforms', async ({
  world,
}) => {
  const { registry } = world.cluster.local;
  const platforms = ['linux/amd64', 'linux/arm64'];
  const checked = await world.build(MANIFOLD, {
    method: 'buildx',
    parameters: { platforms },
  });
  const { build, repository } = checked;
  expect(build, await checked.log('build-image')).toMatchObject({
    status: 'completed',
  });
  for (const type of ['sbom', 'vulnerability-report'] as const) {
    const artifacts = await checked.artifacts(type);
    expect(artifacts.map(({ platform }) => platform).sort()).toEqual(platforms);
  }
  for (const sbom of await checked.artifacts('sbom')) {
    expect(packagesOf(await checked.content<Spdx>(sbom))).toMatchObject({
      [PARSER]: '2.0.0',
    });
  }
  const listed = await readReferrers(registry, repository, build.digest!);
  expect(listed).toHaveLength(4);
});

test('without a gate the same image is pushed, and what was found in it is told', async ({
  world,
}) => {
  await world.stop();
  await world.start();
  const checked = await world.build(VULNERABLE);
  const { build } = checked;
  expect(build, await checked.log('scan-image')).toMatchObject({
    status: 'completed',
    vulnerabilities: { critical: 1, high: 1, medium: 0, low: 0, unknown: 0 },
  });
  expect(await checked.steps()).toEqual(STEPS.map(step => [step, 'completed']));
  const list = await checked.vulnerabilities();
  expect(list.gate).toBeUndefined();
  expect(list.items.map(({ id, stopsImage }) => [id, stopsImage])).toEqual([
    ['CVE-2099-0001', false],
    ['CVE-2099-0002', false],
  ]);
  const { registry } = world.cluster.local;
  const pushed = await rawManifest(registry, build.image);
  expect(pushed.digest).toBe(build.digest);
});

type Spdx = { packages: { name: string; versionInfo?: string }[] };

function packagesOf({ packages }: Spdx): Record<string, string | undefined> {
  return Object.fromEntries(
    packages.map(({ name, versionInfo }) => [name, versionInfo]),
  );
}
