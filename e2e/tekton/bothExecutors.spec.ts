import {
  Artifact,
  Build,
  Step,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { expect, test as base } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { PARSER } from './support/CheckedPortal';
import { imageWith } from './support/checkedImages';
import { checkTools } from './support/checkTools';
import { ClusterPortal } from './support/ClusterPortal';
import { inspectPushed, rawManifest, readReferrers } from './support/registry';

/** What only one of them has: the object of the cluster, and what a pod cannot tell yet. */
const OF_ONE_EXECUTOR = ['pipeline-run', 'base-image'];
const STEPS = [
  'clone-repo',
  'build-image',
  'generate-sbom',
  'scan-image',
  'push-image',
];

/** One whose packages have a medium vulnerability, */
const SOUND_SITE = 'both-sound';
/** and one that the gate stops. */
const STOPPED_SITE = 'both-stopped';

const test = base.extend<{}, { world: ClusterPortal }>({
  world: [
    async ({}, use) => {
      const world = await ClusterPortal.create(await Cluster.open());
      const { images, vulnerabilityDatabase } = world.cluster.local;
      for (const [name, version] of [
        [SOUND_SITE, '2.0.0'],
        [STOPPED_SITE, '1.0.0'],
      ]) {
        const { Dockerfile: _, ...files } = imageWith({
          npm: { [PARSER]: version },
        });
        await world.addComponent(name, {
          ...files,
          Dockerfile: `FROM ${images.busybox}\nCOPY node_modules /app/node_modules\nRUN echo built ${name}\n`,
        });
      }
      try {
        await world.start({
          imageFactory_checks: {
            sbom: 'always',
            database: vulnerabilityDatabase,
            gate: { severity: 'high' },
          },
          imageFactory_executors_local_toolPaths: await checkTools(),
        });
        await use(world);
      } finally {
        await world.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

for (const infrastructure of ['local', 'kubernetes']) {
  test(
    `the same build on ${infrastructure} has the same steps, logs, reports and artifacts, and the digest that the registry has`,
    { tag: '@ci' },
    async ({ world }) => {
      const { registry } = world.cluster.local;
      const build = await runBuild(world, SOUND_SITE, infrastructure);
      expect(build).toMatchObject({ status: 'completed', infrastructure });

      const steps = await stepsOf(world, build);
      expect(
        steps.map(({ name, ordinal, status, exitCode }) => ({
          name,
          ordinal,
          status,
          exitCode: exitCode ?? 0,
        })),
      ).toEqual(
        STEPS.map((name, ordinal) => ({
          name,
          ordinal,
          status: 'completed',
          exitCode: 0,
        })),
      );
      for (const { startedAt, finishedAt, logLines } of steps) {
        expect(startedAt && finishedAt && startedAt <= finishedAt).toBe(true);
        expect(logLines).toBeGreaterThan(0);
      }
      for (const [step, line] of [
        ['clone-repo', /^Fetching commit [0-9a-f]{40} /m],
        ['build-image', /^STEP 1\/3: FROM /m],
        ['build-image', new RegExp(`^built ${SOUND_SITE}$`, 'm')],
        ['generate-sbom', /^\$ syft scan oci-dir:linux-amd64 --source-name=/m],
        ['generate-sbom', /^Found \d+ packages in the image for linux-amd64$/m],
        ['scan-image', /^\$ trivy image --input=linux-amd64 --format=json /m],
        [
          'scan-image',
          /^Found 0 critical, 0 high, 0 medium, 0 low, 0 unknown\. 0 of them have a fixed version\.$/m,
        ],
        ['push-image', /^Tag +\d+ pushed$/m],
      ] as const) {
        expect(await logOf(world, build, step)).toMatch(line);
      }

      const artifacts = await artifactsOf(world, build);
      expect(artifacts.map(({ type }) => type)).toEqual([
        'image',
        'sbom',
        'vulnerability-report',
      ]);
      const [image, sbom, report] = artifacts;
      expect(image).toMatchObject({
        type: 'image',
        name: build.image,
        digest: build.digest,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        sizeBytes: expect.any(Number),
      });
      const { Digest } = await inspectPushed(registry, build.image);
      expect(Digest).toBe(build.digest);

      const { packages } = await content<{
        packages: { name: string; versionInfo?: string }[];
      }>(world, build, sbom);
      expect(packages).toContainEqual(
        expect.objectContaining({ name: PARSER, versionInfo: '2.0.0' }),
      );
      const listed = await readReferrers(
        registry,
        build.image.replace(/:\d+$/, ''),
        build.digest!,
      );
      for (const artifact of [sbom, report]) {
        expect(artifact).toMatchObject({
          platform: 'linux/amd64',
          downloadable: true,
        });
        const { digest, manifest } = await rawManifest(
          registry,
          artifact.reference!,
        );
        expect(listed.map(each => each.digest)).toContain(digest);
        expect(manifest).toMatchObject({
          artifactType: artifact.mediaType,
          subject: { digest: build.digest },
          layers: [{ digest: artifact.digest, mediaType: artifact.mediaType }],
        });
      }
    },
  );

  test(
    `an image that the gate stops on ${infrastructure} is not pushed, and the same is told of it`,
    { tag: '@ci' },
    async ({ world }) => {
      const { registry } = world.cluster.local;
      const build = await runBuild(world, STOPPED_SITE, infrastructure);
      const { failure } = build;
      expect(build).toMatchObject({
        status: 'failed',
        attempt: 1,
        vulnerabilities: {
          critical: 1,
          high: 1,
          medium: 0,
          low: 0,
          unknown: 0,
        },
      });
      expect(failure).toMatchObject({
        class: 'user',
        step: 'scan-image',
        rule: 'scan-gate',
        message:
          'The image is stopped: it has 1 critical and 1 high vulnerabilities, and none that is high or worse is let through here.',
        hint: expect.stringContaining(`Update ${PARSER} 1.0.0 to 1.2.0`),
      });
      const steps = await stepsOf(world, build);
      expect(
        steps.map(({ name, status, reason }) => [name, status, reason]),
      ).toEqual([
        ['clone-repo', 'completed', undefined],
        ['build-image', 'completed', undefined],
        ['generate-sbom', 'completed', undefined],
        ['scan-image', 'failed', expect.any(String)],
        ['push-image', 'skipped', 'The step scan-image has stopped the image.'],
      ]);
      const artifacts = await artifactsOf(world, build);
      expect(artifacts.map(({ type }) => type)).toEqual([
        'sbom',
        'vulnerability-report',
      ]);
      for (const { reference } of artifacts) {
        const { manifest } = await rawManifest(registry, reference!);
        const { digest } = manifest.subject!;
        await expect(
          rawManifest(
            registry,
            `${build.image.replace(/:\d+$/, '')}@${digest}`,
          ),
        ).rejects.toThrow(/manifest unknown/);
      }
      const list = await world.portal.api<VulnerabilityList>(
        `/v1/builds/${build.id}/vulnerabilities`,
      );
      expect(list).toMatchObject({
        fixable: expect.any(Number),
        gate: { severity: 'high', ignoreUnfixed: false, stopped: true },
        items: [
          {
            id: 'CVE-2099-0001',
            severity: 'critical',
            package: PARSER,
            version: '1.0.0',
            platform: 'linux/amd64',
            target: `app/node_modules/${PARSER}/package.json`,
            stopsImage: true,
          },
          { id: 'CVE-2099-0002', severity: 'high', stopsImage: true },
        ],
      });
    },
  );
}

async function runBuild(
  world: ClusterPortal,
  component: string,
  infrastructure: string,
): Promise<Build> {
  const { id } = await world.submit(component, { infrastructure });
  let build: Build | undefined;
  await expect
    .poll(
      async () => {
        build = await world.portal.api<Build>(`/v1/builds/${id}`);
        return ['completed', 'failed', 'cancelled'].includes(build.status);
      },
      { timeout: 150_000 },
    )
    .toBe(true);
  return build!;
}

async function stepsOf(world: ClusterPortal, { id }: Build): Promise<Step[]> {
  const { items } = await world.portal.api<{ items: Step[] }>(
    `/v1/builds/${id}/steps`,
  );
  return items;
}

async function artifactsOf(
  world: ClusterPortal,
  { id }: Build,
): Promise<Artifact[]> {
  const { items } = await world.portal.api<{ items: Artifact[] }>(
    `/v1/builds/${id}/artifacts`,
  );
  return items.filter(({ type }) => !OF_ONE_EXECUTOR.includes(type));
}

async function content<T>(
  world: ClusterPortal,
  build: Build,
  { id }: Artifact,
): Promise<T> {
  return world.portal.api(`/v1/builds/${build.id}/artifacts/${id}/download`);
}

async function logOf(
  world: ClusterPortal,
  { id }: Build,
  step: string,
): Promise<string> {
  const { text } = await world.portal.api<{ text: string }>(
    `/v1/builds/${id}/logs?step=${step}`,
  );
  return text;
}
