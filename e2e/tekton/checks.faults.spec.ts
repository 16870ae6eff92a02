import { expect, test } from '@playwright/test';
import {
  dockerMethod,
  kanikoMethod,
} from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { imageWith } from './support/checkedImages';
import { publishKanikoStandIn } from './support/kanikoStandIn';
import { MethodBuilds } from './support/MethodBuilds';
import { rawManifest, readReferrers, tagsOf } from './support/registry';

const FILES = imageWith({ npm: { 'image-factory-test-parser': '1.0.0' } });

/** Builds whose images are looked at. */
async function withBuilds(
  options: {
    method: typeof dockerMethod;
    database?: string;
    gate?: boolean;
    stepImages?: Record<string, string>;
  },
  body: (builds: MethodBuilds) => Promise<void>,
): Promise<void> {
  const cluster = await Cluster.open();
  const { registry, vulnerabilityDatabase } = cluster.local;
  const builds = await MethodBuilds.create({
    cluster,
    method: options.method,
    stepImages: options.stepImages,
    checks: {
      sbom: 'auto',
      scan: 'auto',
      database: options.database
        ? `${registry.address}/${options.database}`
        : vulnerabilityDatabase,
      gate: options.gate
        ? { severity: 'critical', ignoreUnfixed: false, ignore: [] }
        : undefined,
    },
  });
  try {
    await body(builds);
  } finally {
    await builds.dispose();
  }
}

test('a scan whose database is not there stops no image where there is no gate, and the SBOM is there all the same', async () => {
  await withBuilds(
    { method: dockerMethod, database: 'not/there:2' },
    async builds => {
      const { registry } = builds.cluster.local;
      const spec = await builds.spec({ files: FILES });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('scan-image')).toEqual({
        status: 'completed',
      });
      expect(collected.steps.map(({ name, status }) => [name, status])).toEqual(
        [
          ['clone-repo', 'completed'],
          ['build-image', 'completed'],
          ['generate-sbom', 'completed'],
          ['scan-image', 'failed'],
          ['push-image', 'completed'],
        ],
      );
      expect(collected.log('scan-image')).toMatch(/MANIFEST_UNKNOWN/);
      const { reference } = spec.config.image;
      const { digest } = await rawManifest(registry, reference);
      const listed = await readReferrers(
        registry,
        reference.replace(/:1$/, ''),
        digest,
      );
      expect(listed.map(({ artifactType }) => artifactType)).toEqual([
        'application/spdx+json',
      ]);
    },
  );
});

test('a scan whose database is not there stops every image where there is a gate', async () => {
  await withBuilds(
    { method: dockerMethod, database: 'not/there:2', gate: true },
    async builds => {
      const spec = await builds.spec({ files: FILES });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('scan-image')).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'scan-image',
          message: expect.stringContaining('could not be scanned'),
        },
      });
      expect(collected.steps.at(-1)).toMatchObject({
        name: 'push-image',
        status: 'skipped',
      });
      const { registry } = builds.cluster.local;
      const repository = spec.config.image.reference.replace(/:1$/, '');
      expect(await tagsOf(registry, repository)).toEqual([]);
    },
  );
});

test('the steps that look at an image have no right and no login to push, whoever has built it, kaniko’s stand-in too', async () => {
  const stepImages = {
    kaniko: await publishKanikoStandIn(await Cluster.open()),
  };
  await withBuilds({ method: kanikoMethod, stepImages }, async builds => {
    const spec = await builds.spec({ files: FILES });
    const collected = await builds.run(spec);
    expect(collected.outcome, collected.rawLog('scan-image')).toEqual({
      status: 'completed',
    });
    expect(collected.artifacts.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sbom', 'vulnerability-report']),
    );
    const { items } = await builds.cluster.kubectl.get<{
      items: { spec: PodSpec }[];
    }>(
      'pods',
      `--namespace=${builds.namespace}`,
      `--selector=tekton.dev/pipelineRun=${spec.name}`,
    );
    const [{ spec: pod }] = items;
    expect(secretsOf(pod, 'generate-sbom')).toEqual([]);
    expect(secretsOf(pod, 'scan-image')).toEqual(['pull-login']);
    for (const name of ['generate-sbom', 'scan-image']) {
      expect(containerOf(pod, name).securityContext).toMatchObject({
        runAsUser: 1000,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });
});

type PodSpec = {
  volumes: { name: string; secret?: { secretName: string } }[];
  containers: {
    name: string;
    volumeMounts: { name: string }[];
    securityContext: object;
  }[];
};

function containerOf({ containers }: PodSpec, step: string) {
  return containers.find(({ name }) => name === `step-${step}`)!;
}

function secretsOf(pod: PodSpec, step: string): string[] {
  const mounts = containerOf(pod, step).volumeMounts.map(({ name }) => name);
  return pod.volumes.flatMap(({ name, secret }) =>
    secret && mounts.includes(name) ? [secret.secretName] : [],
  );
}
