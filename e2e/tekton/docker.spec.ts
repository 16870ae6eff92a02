import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { DockerBuilds } from './support/DockerBuilds';
import { inspectPushed, tagsOf } from './support/registry';

const STEPS = ['clone-repo', 'build-image', 'push-image'];

test.describe(
  'The default template of the docker method, in real pods',
  { tag: '@ci' },
  () => {
    let builds: DockerBuilds;

    test.beforeAll(async () => {
      builds = await DockerBuilds.create(await Cluster.open());
    });

    test.afterAll(async () => {
      await builds?.dispose();
    });

    test('clones a private repository, builds with a RUN, pushes to a private registry by digest, and the portal sets the tags', async () => {
      const { images, registry } = builds.cluster.local;
      const spec = await builds.spec({
        files: {
          'site/Dockerfile': [
            `FROM ${images.busybox}`,
            'ARG GREETING',
            'COPY index.html /www/',
            'RUN echo "$GREETING from the build" && test -f /www/index.html',
          ].join('\n'),
          'site/index.html': '<p>hello</p>\n',
        },
        path: 'site',
        parameters: {
          'build-args': { GREETING: 'Hello' },
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
      expect(collected.log('build-image')).toContain('Hello from the build');
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
      expect(collected.log('push-image')).toContain('Tag       latest pushed');
      const all = STEPS.map(step => collected.log(step)).join('\n');
      for (const secret of [
        builds.cluster.local.git.password,
        registry.password,
      ]) {
        expect(all).not.toContain(secret);
      }
    });

    test('explains a Dockerfile that copies what is not there, by the rules of the method, and pushes nothing', async () => {
      const { registry } = builds.cluster.local;
      const spec = await builds.spec({
        files: { Dockerfile: 'FROM scratch\nCOPY not-there.txt /\n' },
      });
      const { outcome, steps } = await builds.run(spec);
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          rule: 'dockerfile-copy-source-missing',
          step: 'build-image',
        },
      });
      expect(steps.map(({ status }) => status)).toEqual([
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
        files: { Dockerfile: `FROM ${images.busybox}\nRUN exit 42\n` },
      });
      const { outcome } = await builds.run(spec);
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          step: 'build-image',
          message: expect.stringContaining('42'),
        },
      });
    });

    test('runs pods without a token of the cluster, and with the logins only where they are needed', async () => {
      const spec = await builds.spec({
        files: { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome).toEqual({ status: 'completed' });
      const { items } = await builds.cluster.kubectl.get<{
        items: {
          spec: {
            automountServiceAccountToken: boolean;
            volumes: { name: string; secret?: { secretName: string } }[];
            containers: {
              name: string;
              volumeMounts: { name: string }[];
              securityContext?: { privileged?: boolean };
            }[];
          };
        }[];
      }>(
        'pods',
        `--namespace=${builds.namespace}`,
        `--selector=tekton.dev/pipelineRun=${spec.name}`,
      );
      const [pod] = items;
      expect(pod.spec.automountServiceAccountToken).toBe(false);
      const secretsOf = (container: string) => {
        const { volumeMounts } = pod.spec.containers.find(
          ({ name }) => name === `step-${container}`,
        )!;
        return pod.spec.volumes.flatMap(({ name, secret }) =>
          secret && volumeMounts.some(mount => mount.name === name)
            ? [secret.secretName]
            : [],
        );
      };
      expect(secretsOf('clone-repo')).toEqual(['git-login']);
      expect(secretsOf('build-image')).toEqual(['pull-login']);
      expect(secretsOf('push-image')).toEqual(['registry-login']);
      for (const { securityContext } of pod.spec.containers) {
        expect(securityContext?.privileged ?? false).toBe(false);
      }
    });
  },
);
