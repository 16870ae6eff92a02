import { expect, test } from '@playwright/test';
import { buildxMethod } from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { MethodBuilds } from './support/MethodBuilds';
import { inspectPushed, rawManifest, tagsOf } from './support/registry';
import { prepareRelaxedNamespace } from './support/relaxedNamespace';

const STEPS = ['clone-repo', 'build-image', 'push-image'];

test.describe(
  'The default template of the buildx method, in real pods',
  { tag: '@ci' },
  () => {
    let builds: MethodBuilds;

    test.beforeAll(async () => {
      const cluster = await Cluster.open();
      builds = await MethodBuilds.create({
        cluster,
        method: buildxMethod,
        namespace: await prepareRelaxedNamespace(cluster),
      });
    });

    test.afterAll(async () => {
      await builds?.dispose();
    });

    test('clones a private repository, builds with a RUN on a private base and pushes by digest to a private registry', async () => {
      const { images, registry } = builds.cluster.local;
      const spec = await builds.spec({
        files: {
          'site/Dockerfile': [
            `FROM ${images.busybox}`,
            'ARG GREETING',
            'COPY index.html /www/',
            'RUN echo "$GREETING from the build, as $(id -u)" && test -f /www/index.html',
          ].join('\n'),
          'site/index.html': '<p>hello</p>\n',
        },
        path: 'site',
        parameters: {
          'build-args': { GREETING: 'Hello, you' },
          labels: { 'com.example.team': 'guests and $HOME' },
        },
        tags: ['latest'],
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toEqual({
        status: 'completed',
      });
      expect(collected.steps.map(({ name, status }) => [name, status])).toEqual(
        STEPS.map(name => [name, 'completed']),
      );
      expect(collected.log('build-image')).toContain(
        'Hello, you from the build, as 0',
      );
      const [image] = collected.artifacts.filter(
        ({ type }) => type === 'image',
      );
      const { reference } = spec.config.image;
      expect(image).toMatchObject({
        name: reference,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        sizeBytes: expect.any(Number),
      });
      expect(await inspectPushed(registry, reference)).toMatchObject({
        Digest: image.digest,
        Labels: { 'com.example.team': 'guests and $HOME' },
      });
      const repository = reference.replace(/:1$/, '');
      expect((await tagsOf(registry, repository)).sort()).toEqual([
        '1',
        'latest',
      ]);
      const all = STEPS.map(step => collected.log(step)).join('\n');
      for (const secret of [
        builds.cluster.local.git.password,
        registry.password,
      ]) {
        expect(all).not.toContain(secret);
      }
    });

    test('builds two platforms in one pod and pushes them as one index, whose digest is the build’s', async () => {
      const { images, registry } = builds.cluster.local;
      const platforms = ['linux/amd64', 'linux/arm64'];
      const spec = await builds.spec({
        files: {
          Dockerfile: [
            // The node runs no programs of the second platform.
            `FROM --platform=$BUILDPLATFORM ${images.busybox} AS build`,
            'ARG TARGETARCH',
            'RUN echo "made for $TARGETARCH" | tee /made-for',
            'FROM scratch',
            'ARG TARGETARCH',
            'LABEL arch=$TARGETARCH',
            'COPY --from=build /made-for /',
          ].join('\n'),
        },
        parameters: { platforms },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toEqual({
        status: 'completed',
      });
      for (const arch of ['amd64', 'arm64']) {
        expect(collected.log('build-image')).toMatch(
          new RegExp(`#\\d+ [\\d.]+ made for ${arch}`),
        );
      }
      const [image] = collected.artifacts.filter(
        ({ type }) => type === 'image',
      );
      expect(image).toMatchObject({
        mediaType: 'application/vnd.oci.image.index.v1+json',
      });
      const { reference } = spec.config.image;
      const pushed = await rawManifest(registry, reference);
      expect(pushed.digest).toBe(image.digest);
      expect(
        pushed.manifest.manifests?.map(
          ({ platform }) => `${platform?.os}/${platform?.architecture}`,
        ),
      ).toEqual(platforms);
      const repository = reference.replace(/:1$/, '');
      for (const { digest, platform } of pushed.manifest.manifests ?? []) {
        expect(
          await inspectPushed(registry, `${repository}@${digest}`),
        ).toMatchObject({ Labels: { arch: platform?.architecture } });
      }
    });

    test('explains a Dockerfile that copies what is not there, with its line, and pushes nothing', async () => {
      const { registry } = builds.cluster.local;
      const spec = await builds.spec({
        files: { Dockerfile: 'FROM scratch\n\nCOPY not-there.txt /\n' },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          rule: 'dockerfile-copy-source-missing',
          step: 'build-image',
          message: expect.stringMatching(
            /^Line 3 of Dockerfile: COPY needs "not-there.txt"/,
          ),
        },
      });
      expect(collected.steps.map(({ status }) => status)).toEqual([
        'completed',
        'failed',
        'skipped',
      ]);
      const repository = spec.config.image.reference.replace(/:1$/, '');
      expect(await tagsOf(registry, repository)).toEqual([]);
    });

    test('names the exit code of a RUN that fails', async () => {
      const { images } = builds.cluster.local;
      const spec = await builds.spec({
        files: {
          Dockerfile: `FROM ${images.busybox}\nRUN echo error: of our own >&2; exit 42\n`,
        },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          step: 'build-image',
          message: expect.stringMatching(/exit code 42: error: of our own/),
        },
      });
    });

    test('gives no step a privileged container, and to none but the one that builds more than `baseline` allows', async () => {
      const spec = await builds.spec({
        files: { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toEqual({
        status: 'completed',
      });
      const { items } = await builds.cluster.kubectl.get<{
        items: {
          spec: {
            automountServiceAccountToken: boolean;
            containers: {
              name: string;
              securityContext?: {
                privileged?: boolean;
                runAsUser?: number;
                seccompProfile?: { type: string };
                appArmorProfile?: { type: string };
                capabilities?: { add?: string[]; drop?: string[] };
              };
            }[];
          };
        }[];
      }>(
        'pods',
        `--namespace=${builds.namespace}`,
        `--selector=tekton.dev/pipelineRun=${spec.name}`,
      );
      const [{ spec: pod }] = items;
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(
        pod.containers.map(({ name, securityContext }) => ({
          name,
          ...securityContext,
        })),
      ).toMatchObject([
        { name: 'step-clone-repo', seccompProfile: { type: 'RuntimeDefault' } },
        {
          name: 'step-build-image',
          runAsUser: 1000,
          seccompProfile: { type: 'Unconfined' },
          appArmorProfile: { type: 'Unconfined' },
          capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID'] },
        },
        { name: 'step-push-image', seccompProfile: { type: 'RuntimeDefault' } },
      ]);
      for (const { securityContext } of pod.containers) {
        expect(securityContext?.privileged ?? false).toBe(false);
      }
    });

    test('is refused by a namespace of the level `baseline`, and the build says so', async () => {
      const strict = await MethodBuilds.create({
        cluster: builds.cluster,
        method: buildxMethod,
      });
      try {
        const { outcome } = await strict.run(
          await strict.spec({ files: { Dockerfile: 'FROM scratch\n' } }),
        );
        expect(outcome).toMatchObject({
          status: 'failed',
          failure: { message: expect.stringContaining('violates PodSecurity') },
        });
      } finally {
        await strict.dispose();
      }
    });
  },
);
