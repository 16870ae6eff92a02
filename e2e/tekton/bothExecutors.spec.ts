import {
  Artifact,
  Build,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterPortal } from './support/ClusterPortal';
import { QUICK_SITE, expect, test } from './support/portalTest';
import { inspectPushed } from './support/registry';

/** What only one of them has: the object of the cluster, and what a pod cannot tell yet. */
const OF_ONE_EXECUTOR = ['pipeline-run', 'base-image'];

for (const infrastructure of ['local', 'kubernetes']) {
  test(
    `the same build on ${infrastructure} has the same steps, logs and artifacts, and the digest that the registry has`,
    { tag: '@ci' },
    async ({ world }) => {
      const build = await runBuild(world, infrastructure);
      expect(build).toMatchObject({ status: 'completed', infrastructure });

      const { items: steps } = await world.portal.api<{ items: Step[] }>(
        `/v1/builds/${build.id}/steps`,
      );
      expect(
        steps.map(({ name, ordinal, status, exitCode }) => ({
          name,
          ordinal,
          status,
          exitCode: exitCode ?? 0,
        })),
      ).toEqual(
        ['clone-repo', 'build-image', 'push-image'].map((name, ordinal) => ({
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
      expect(await logOf(world, build, 'clone-repo')).toMatch(
        /^Fetching commit [0-9a-f]{40} /m,
      );
      expect(await logOf(world, build, 'build-image')).toMatch(
        /^STEP 1\/3: FROM /m,
      );
      expect(await logOf(world, build, 'build-image')).toMatch(
        /^built in a pod$/m,
      );
      expect(await logOf(world, build, 'push-image')).toMatch(
        /^Tag +\d+ pushed$/m,
      );

      const { items: artifacts } = await world.portal.api<{
        items: Artifact[];
      }>(`/v1/builds/${build.id}/artifacts`);
      const [image, ...others] = artifacts.filter(
        ({ type }) => !OF_ONE_EXECUTOR.includes(type),
      );
      expect(others).toEqual([]);
      expect(image).toMatchObject({
        type: 'image',
        name: build.image,
        digest: build.digest,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        sizeBytes: expect.any(Number),
      });
      const { registry } = world.cluster.local;
      const { Digest } = await inspectPushed(registry, build.image);
      expect(Digest).toBe(build.digest);
    },
  );
}

async function runBuild(
  world: ClusterPortal,
  infrastructure: string,
): Promise<Build> {
  const { id } = await world.submit(QUICK_SITE, { infrastructure });
  let build: Build | undefined;
  await expect
    .poll(
      async () => {
        build = await world.portal.api<Build>(`/v1/builds/${id}`);
        return ['completed', 'failed', 'cancelled'].includes(build.status);
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  return build!;
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
