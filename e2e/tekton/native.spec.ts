import { expect, test } from '@playwright/test';
import { ExecutionSpec } from '../../plugins/image-factory-node/src';
import { buildxMethod } from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { NODES } from '../cluster/local/nodes';
import { MethodBuilds } from './support/MethodBuilds';
import { pretendArchitecture } from './support/pretendArchitecture';
import {
  inspectPushed,
  rawManifest,
  readReferrers,
  tagsOf,
} from './support/registry';
import { prepareRelaxedNamespace } from './support/relaxedNamespace';

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const [FIRST, SECOND] = NODES.map(({ name }) => name);
const NATIVE = { 'platform-strategy': 'native' };
const SBOM = 'application/spdx+json';
const REPORT = 'application/vnd.aquasec.trivy.report+json';

/** Without a RUN, since the node that is called one of the second platform is none. */
const FILES = {
  Dockerfile: [
    'FROM scratch',
    'ARG TARGETARCH',
    'LABEL arch=$TARGETARCH',
    'COPY Dockerfile /made-for-$TARGETARCH',
  ].join('\n'),
};

type Pod = {
  metadata: { name: string; labels: Record<string, string> };
  spec: { nodeName: string; nodeSelector: Record<string, string> };
};

test.describe('Builds of platforms that each have nodes of their own', () => {
  let cluster: Cluster;
  let builds: MethodBuilds;
  let restore: (() => Promise<void>) | undefined;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    restore = await pretendArchitecture(cluster, SECOND, 'arm64');
    builds = await MethodBuilds.create({
      cluster,
      method: buildxMethod,
      namespace: await prepareRelaxedNamespace(cluster),
      checks: {
        sbom: 'always',
        scan: 'always',
        database: cluster.local.vulnerabilityDatabase,
      },
    });
  });

  test.afterAll(async () => {
    await restore?.();
    await builds?.dispose();
  });

  const podsOf = async ({ name }: ExecutionSpec) => {
    const { items } = await cluster.kubectl.get<{ items: Pod[] }>(
      'pods',
      `--namespace=${builds.namespace}`,
      `--selector=tekton.dev/pipelineRun=${name}`,
    );
    return items;
  };

  test(
    'run in a pod for each on its node, and push one index with an SBOM and a scan of each',
    { tag: '@ci' },
    async () => {
      const { registry } = cluster.local;
      const spec = await builds.spec({
        files: FILES,
        parameters: { ...NATIVE, platforms: PLATFORMS },
        tags: ['latest'],
        timeoutSeconds: 160,
      });
      const collected = await builds.run(spec);
      expect(
        collected.outcome,
        collected.steps.map(({ name }) => collected.rawLog(name)).join('\n'),
      ).toEqual({ status: 'completed' });

      const nodes = Object.fromEntries(
        (await podsOf(spec)).map(({ metadata, spec: { nodeName } }) => [
          metadata.labels['tekton.dev/pipelineTask'],
          nodeName,
        ]),
      );
      expect(nodes).toMatchObject({
        'build-linux-amd64': FIRST,
        'build-linux-arm64': SECOND,
        'create-index': expect.any(String),
      });
      expect(
        collected.steps.map(({ name, task, status }) => [task, name, status]),
      ).toEqual([
        ...['amd64', 'arm64'].flatMap(architecture =>
          [
            'clone-repo',
            'build-image',
            'generate-sbom',
            'scan-image',
            'push-image',
          ].map(step => [
            `build-linux-${architecture}`,
            `${step}-linux-${architecture}`,
            'completed',
          ]),
        ),
        ['create-index', 'push-index', 'completed'],
      ]);
      expect(collected.steps.at(-1)?.runAfter).toEqual([
        'build-linux-amd64',
        'build-linux-arm64',
      ]);
      for (const { node, pod, task } of collected.steps) {
        expect(node).toBe(nodes[task!]);
        expect(pod).toBeTruthy();
      }

      const [image] = collected.artifacts.filter(
        ({ type }) => type === 'image',
      );
      const { reference } = spec.config.image;
      const repository = reference.replace(/:1$/, '');
      expect(image).toMatchObject({
        name: reference,
        mediaType: 'application/vnd.oci.image.index.v1+json',
      });
      const index = await rawManifest(registry, reference);
      expect(index.digest).toBe(image.digest);
      const manifests = index.manifest.manifests ?? [];
      expect(
        manifests.map(
          ({ platform }) => `${platform?.os}/${platform?.architecture}`,
        ),
      ).toEqual(PLATFORMS);
      expect(
        (await tagsOf(registry, repository))
          .filter(tag => !tag.startsWith('sha256-'))
          .sort(),
      ).toEqual(['1', 'latest']);

      const reports = collected.artifacts.filter(({ type }) =>
        ['sbom', 'vulnerability-report'].includes(type),
      );
      expect(
        reports.map(({ type, platform }) => `${type} ${platform}`).sort(),
      ).toEqual(
        ['sbom', 'vulnerability-report'].flatMap(type =>
          PLATFORMS.map(platform => `${type} ${platform}`),
        ),
      );
      for (const { digest, platform } of manifests) {
        expect(
          await inspectPushed(registry, `${repository}@${digest}`),
        ).toMatchObject({ Labels: { arch: platform?.architecture } });
        const listed = await readReferrers(registry, repository, digest);
        expect(listed.map(({ artifactType }) => artifactType).sort()).toEqual([
          SBOM,
          REPORT,
        ]);
      }

      const { status } = await cluster.kubectl.get<{
        status: { results: { name: string; value: string }[] };
      }>('pipelinerun', spec.name, `--namespace=${builds.namespace}`);
      const results = Object.fromEntries(
        status.results.map(({ name, value }) => [name, value]),
      );
      expect(results).toMatchObject({
        IMAGE_URL: repository,
        IMAGE_DIGEST: image.digest,
        'CHAINS-GIT_COMMIT': (spec.config.source as { commit: string }).commit,
        SBOM_BLOB_URL: expect.stringContaining(`${repository}@sha256:`),
      });
      expect(JSON.parse(results.SCAN_OUTPUT).vulnerabilities).toMatchObject({
        critical: 0,
      });
      expect(results.REFERRER_DIGESTS.split(' ')).toHaveLength(4);
    },
  );

  test('fail as a whole where one of them fails, which is named with its step and its pod, and leave no tag', async () => {
    const spec = await builds.spec({
      files: {
        Dockerfile: [
          'FROM scratch AS amd64',
          'COPY Dockerfile /',
          'FROM scratch AS arm64',
          'COPY not-there.txt /',
          'FROM ${TARGETARCH}',
        ].join('\n'),
      },
      parameters: { ...NATIVE, platforms: PLATFORMS },
      timeoutSeconds: 160,
    });
    const collected = await builds.run(spec);
    // Its pods may be gone by now.
    const arm64 = collected.steps.find(
      ({ name }) => name === 'build-image-linux-arm64',
    );
    expect(arm64?.pod).toMatch(/-build-linux-arm64-pod$/);
    expect(
      collected.outcome,
      collected.rawLog('build-image-linux-arm64'),
    ).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        step: 'build-image-linux-arm64',
        message: expect.stringMatching(/^linux\/arm64: .*not-there\.txt/),
        hint: expect.stringContaining(
          `in the pod ${arm64?.pod} on the node ${SECOND}.`,
        ),
      },
    });
    expect(collected.steps.at(-1)).toMatchObject({
      name: 'push-index',
      status: 'skipped',
    });
    const repository = spec.config.image.reference.replace(/:1$/, '');
    expect(
      (await tagsOf(cluster.local.registry, repository)).filter(
        tag => !tag.startsWith('sha256-'),
      ),
    ).toEqual([]);
  });

  test(
    'are refused before and at the start where a platform has no node, and say what else can be done',
    { tag: '@ci' },
    async () => {
      const { signal } = new AbortController();
      const spec = await builds.spec({
        files: FILES,
        parameters: { ...NATIVE, platforms: ['linux/amd64', 'linux/s390x'] },
      });
      const { problems } = await builds.executor.preflight(
        { config: spec.config, requestedBy: spec.requestedBy },
        signal,
      );
      const words =
        /^No node of the cluster test is linux\/s390x, which native needs\./;
      expect(problems).toEqual([expect.stringMatching(words)]);
      expect(problems[0]).toMatch(
        /single-pod \(emulated\), or leave the platform out/,
      );

      const { outcome } = await builds.run(spec);
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: { message: expect.stringMatching(words) },
      });
      expect(
        (
          await cluster.kubectl.try([
            ...['get', 'pipelinerun', spec.name],
            `--namespace=${builds.namespace}`,
          ])
        ).code,
      ).not.toBe(0);

      const { problems: none } = await builds.executor.preflight(
        {
          config: {
            ...spec.config,
            parameters: { ...NATIVE, platforms: PLATFORMS },
          },
          requestedBy: spec.requestedBy,
        },
        signal,
      );
      expect(none).toEqual([]);
    },
  );
});
