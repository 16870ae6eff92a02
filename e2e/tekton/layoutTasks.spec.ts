import { expect, test } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dockerMethod } from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { MethodBuilds } from './support/MethodBuilds';
import { inspectPushed } from './support/registry';

const TEMPLATE = join(
  __dirname,
  '../../plugins/image-factory-backend/example-templates/podman-build-pipeline-tasks.yaml',
);
const GIBIBYTE = 1024 ** 3;

type Pod = {
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    nodeName: string;
    volumes: {
      name: string;
      persistentVolumeClaim?: { claimName: string };
      secret?: { secretName: string };
    }[];
    containers: {
      name: string;
      resources: { requests?: Record<string, string> };
      volumeMounts: {
        name: string;
        mountPath: string;
        subPath?: string;
        readOnly?: boolean;
      }[];
    }[];
  };
  status: {
    containerStatuses: {
      state: { terminated: { startedAt: string; finishedAt: string } };
    }[];
  };
};

test.describe('A template whose tasks hand files over in a volume', () => {
  // Nothing makes volumes here: those that the tests need are made beforehand, in folders of the machine that both nodes are on.
  const storageClassName = `e2e-${randomUUID().slice(0, 8)}`;
  const volumes: string[] = [];
  let cluster: Cluster;
  let builds: MethodBuilds;
  let folder: string;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    folder = join(dirname(cluster.description.kubeconfig), storageClassName);
    builds = await MethodBuilds.create({
      cluster,
      method: dockerMethod,
      template: readFileSync(TEMPLATE, 'utf8'),
      settings: {
        workspaceVolume: {
          size: '1Gi',
          storageClassName,
          accessModes: ['ReadWriteOnce'],
        },
        placement: {
          nodeSelector: {},
          tolerations: [],
          resources: { requests: { cpu: '200m', memory: '256Mi' } },
        },
      },
      checks: {
        sbom: 'always',
        scan: 'always',
        database: cluster.local.vulnerabilityDatabase,
      },
    });
  });

  test.afterAll(async () => {
    await builds?.dispose();
    for (const volume of volumes) {
      await cluster.kubectl.run([
        ...['delete', 'persistentvolume', volume],
        ...['--ignore-not-found', '--wait=false'],
      ]);
    }
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function makeVolume(): Promise<string> {
    const name = `${storageClassName}-${volumes.length}`;
    const path = join(folder, name);
    await mkdir(path, { recursive: true });
    volumes.push(name);
    await cluster.kubectl.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name },
        spec: {
          storageClassName,
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          hostPath: { path, type: 'Directory' },
        },
      }),
    );
    return path;
  }

  async function podsOf(run: string): Promise<Map<string, Pod>> {
    const { items } = await cluster.kubectl.get<{ items: Pod[] }>(
      'pods',
      `--namespace=${builds.namespace}`,
      `--selector=tekton.dev/pipelineRun=${run},tekton.dev/pipelineTask`,
    );
    return new Map(
      items.map(pod => [pod.metadata.labels['tekton.dev/pipelineTask'], pod]),
    );
  }

  test(
    'clones, builds and pushes in a pod each, one after another, each with no more of the volume and of the logins than it needs',
    { tag: '@ci' },
    async () => {
      const { images, registry } = cluster.local;
      const path = await makeVolume();
      const spec = await builds.spec({
        files: {
          Dockerfile: [
            `FROM ${images.busybox}`,
            'COPY index.html /www/',
            'RUN test -f /www/index.html && echo built',
          ].join('\n'),
          'index.html': '<p>hello</p>\n',
        },
        parameters: { labels: { team: 'guests' } },
        timeoutSeconds: 160,
      });
      const { requests } = await builds.executor.preflight(
        { config: spec.config, requestedBy: spec.requestedBy },
        new AbortController().signal,
      );
      // Of the pod that builds, and not of all three.
      expect(requests).toEqual({ cpuCores: 0.2, memoryBytes: GIBIBYTE / 4 });

      const collected = await builds.run(spec);
      expect(
        collected.outcome,
        collected.steps.map(({ name }) => collected.rawLog(name)).join('\n'),
      ).toEqual({ status: 'completed' });
      expect(
        collected.steps.map(({ task, name, status, runAfter }) => [
          task,
          name,
          status,
          runAfter,
        ]),
      ).toEqual([
        ['clone', 'clone-repo', 'completed', []],
        ['build', 'build-image', 'completed', ['clone']],
        ['push', 'generate-sbom', 'completed', ['build']],
        ['push', 'scan-image', 'completed', ['build']],
        ['push', 'push-image', 'completed', ['build']],
      ]);
      const [image] = collected.artifacts.filter(
        ({ type }) => type === 'image',
      );
      expect(
        await inspectPushed(registry, spec.config.image.reference),
      ).toMatchObject({ Digest: image.digest, Labels: { team: 'guests' } });
      expect(collected.artifacts.map(({ type }) => type).sort()).toEqual(
        expect.arrayContaining(['image', 'sbom', 'vulnerability-report']),
      );
      expect((await readdir(path)).sort()).toEqual(['layout', 'source']);

      const pods = await podsOf(spec.name);
      const [clone, build, push] = ['clone', 'build', 'push'].map(
        task => pods.get(task)!,
      );
      expect(
        new Set([clone, build, push].map(pod => pod.spec.nodeName)).size,
      ).toBe(1);
      const beganAt = ({ status }: Pod) =>
        Math.min(
          ...status.containerStatuses.map(({ state }) =>
            Date.parse(state.terminated.startedAt),
          ),
        );
      const endedAt = ({ status }: Pod) =>
        Math.max(
          ...status.containerStatuses.map(({ state }) =>
            Date.parse(state.terminated.finishedAt),
          ),
        );
      expect(beganAt(build)).toBeGreaterThanOrEqual(endedAt(clone));
      expect(beganAt(push)).toBeGreaterThanOrEqual(endedAt(build));

      const sharedBy = ({ spec: pod }: Pod) => {
        const claims = pod.volumes
          .filter(volume => volume.persistentVolumeClaim)
          .map(({ name }) => name);
        return pod.containers.flatMap(({ name, volumeMounts }) =>
          volumeMounts
            .filter(mount => claims.includes(mount.name))
            .map(({ subPath, readOnly }) => [name, subPath, Boolean(readOnly)]),
        );
      };
      expect(sharedBy(clone)).toEqual([['step-clone-repo', undefined, false]]);
      expect(sharedBy(build).sort()).toEqual([
        ['step-build-image', 'layout', false],
        ['step-build-image', 'source', true],
      ]);
      expect(sharedBy(push)).toEqual(
        ['generate-sbom', 'scan-image', 'push-image'].map(step => [
          `step-${step}`,
          'layout',
          true,
        ]),
      );
      const loginsOf = ({ spec: pod }: Pod) =>
        pod.containers.map(({ name, volumeMounts }) => [
          name,
          volumeMounts.flatMap(
            mount =>
              pod.volumes.find(volume => volume.name === mount.name)?.secret
                ?.secretName ?? [],
          ),
        ]);
      expect([clone, build, push].flatMap(loginsOf)).toEqual([
        ['step-clone-repo', ['git-login']],
        ['step-build-image', ['pull-login']],
        ['step-generate-sbom', []],
        ['step-scan-image', ['pull-login']],
        ['step-push-image', ['registry-login']],
      ]);
      const askedBy = ({ spec: pod }: Pod) =>
        pod.containers.some(
          ({ resources }) => resources.requests?.memory === '256Mi',
        );
      expect([clone, build, push].map(askedBy)).toEqual([false, true, false]);

      const claim = build.spec.volumes.find(
        volume => volume.persistentVolumeClaim,
      )!.persistentVolumeClaim!.claimName;
      await cluster.kubectl.run([
        ...['delete', 'pipelinerun', spec.name],
        `--namespace=${builds.namespace}`,
      ]);
      await expect
        .poll(
          async () =>
            (
              await cluster.kubectl.try([
                ...['get', 'persistentvolumeclaim', claim],
                `--namespace=${builds.namespace}`,
              ])
            ).code,
        )
        .not.toBe(0);
    },
  );

  test('explains a build that fails, whose next task never begins', async () => {
    await makeVolume();
    const spec = await builds.spec({
      files: { Dockerfile: 'FROM scratch\n\nCOPY not-there.txt /\n' },
      timeoutSeconds: 160,
    });
    const collected = await builds.run(spec);
    expect(collected.outcome, collected.rawLog('build-image')).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        step: 'build-image',
        rule: 'dockerfile-copy-source-missing',
      },
    });
    expect(collected.steps.map(({ status }) => status)).toEqual([
      'completed',
      'failed',
      'skipped',
      'skipped',
      'skipped',
    ]);
    const [clone, build, ...neverBegan] = collected.steps.map(({ pod }) => pod);
    expect(clone).toMatch(/-clone-pod$/);
    expect(build).toMatch(/-build-pod$/);
    expect(neverBegan).not.toContainEqual(expect.stringMatching(/-push-pod$/));
  });

  test('is refused in words on a cluster for which no volume is configured', async () => {
    const without = await MethodBuilds.create({
      cluster,
      method: dockerMethod,
      template: readFileSync(TEMPLATE, 'utf8'),
    });
    try {
      const spec = await without.spec({
        files: { Dockerfile: 'FROM scratch\n' },
      });
      const { problems } = await without.executor.preflight(
        { config: spec.config, requestedBy: spec.requestedBy },
        new AbortController().signal,
      );
      expect(problems).toEqual([
        expect.stringMatching(/clusters\[\]\.workspaceVolume/),
      ]);
    } finally {
      await without.dispose();
    }
  });
});
