import { JsonObject } from '@backstage/types';
import { expect, test } from '@playwright/test';
import { kanikoMethod } from '../../plugins/image-factory-backend/src/methods';
import { Cluster } from '../cluster/Cluster';
import { publishKanikoStandIn } from './support/kanikoStandIn';
import { MethodBuilds } from './support/MethodBuilds';
import { inspectPushed, rawManifest } from './support/registry';

/** CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID and SETFCAP. */
const CAPABILITIES = '00000000800000eb';

test.describe(
  'The default template of the kaniko method, in real pods with a stand-in for kaniko itself',
  { tag: '@ci' },
  () => {
    let builds: MethodBuilds;
    let kaniko: string;

    test.beforeAll(async () => {
      const cluster = await Cluster.open();
      kaniko = await publishKanikoStandIn(cluster);
      builds = await MethodBuilds.create({
        cluster,
        method: kanikoMethod,
        stepImages: { kaniko },
      });
    });

    test.afterAll(async () => {
      await builds?.dispose();
    });

    test('gives the stand-in documented flags alone, and pushes by digest the layout that it leaves', async () => {
      const { registry } = builds.cluster.local;
      const spec = await builds.spec({
        files: {
          'site/Dockerfile': 'FROM scratch AS release\nCOPY index.html /\n',
          'site/index.html': '<p>hello</p>\n',
        },
        path: 'site',
        parameters: {
          target: 'release',
          'build-args': { GREETING: 'Hello, "you" and $HOME' },
          labels: { 'com.example.team': 'guests and $HOME' },
        },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toEqual({
        status: 'completed',
      });
      const log = collected.log('build-image');
      expect(log).toContain('Taken --target=release');
      expect(log).toContain(
        'Taken --build-arg=GREETING=Hello, "you" and $HOME',
      );
      expect(log).toMatch(new RegExp(`CapEff:\\s+${CAPABILITIES}`));
      expect(log).toContain('Found /kaniko/.docker/config.json');
      expect(log).toContain('Found /kaniko/ssl/certs/image-factory.crt');
      const [image] = collected.artifacts.filter(
        ({ type }) => type === 'image',
      );
      expect(log).toContain(`Built ${image.digest}`);
      const { reference } = spec.config.image;
      expect((await rawManifest(registry, reference)).digest).toBe(
        image.digest,
      );
      expect(await inspectPushed(registry, reference)).toMatchObject({
        Digest: image.digest,
        Labels: { 'com.example.team': 'guests and $HOME' },
      });
    });

    test('has the stand-in cache layers of RUN for the tenant and the platform, and make them anew where a build asks for it', async () => {
      const { registry } = builds.cluster.local;
      const cached = await MethodBuilds.create({
        cluster: builds.cluster,
        method: kanikoMethod,
        stepImages: { kaniko },
        settings: { layerCache: `${registry.address}/cache/{tenant}` },
      });
      try {
        const logOf = async (parameters: JsonObject) => {
          const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
          const collected = await cached.run(
            await cached.spec({ files, parameters }),
          );
          const log = collected.log('build-image');
          expect(collected.outcome, log).toEqual({ status: 'completed' });
          return log;
        };
        const log = await logOf({});
        const repository = `${registry.address}/cache/guests/linux-amd64`;
        for (const flag of [
          '--cache=true',
          `--cache-repo=${repository}`,
          // Otherwise a login that may not push would fail the build.
          '--skip-push-permission-check',
        ]) {
          expect(log).toContain(`Taken ${flag}\n`);
        }
        expect(log).not.toContain('--cache-ttl');
        expect(await logOf({ 'no-cache': true })).toContain(
          'Taken --cache-ttl=1s\n',
        );
      } finally {
        await cached.dispose();
      }
    });

    test('fails with the exit code of the stand-in where that refuses a command line', async () => {
      const spec = await builds.spec({
        files: { 'other.Dockerfile': 'FROM scratch\n' },
      });
      const collected = await builds.run(spec);
      expect(collected.outcome, collected.rawLog('build-image')).toMatchObject({
        status: 'failed',
        failure: {
          step: 'build-image',
          message: expect.stringContaining('64'),
        },
      });
      expect(collected.log('build-image')).toContain('no such Dockerfile');
    });
  },
);
