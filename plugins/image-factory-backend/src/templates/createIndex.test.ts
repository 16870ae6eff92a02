import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../__testUtils__/engines';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { buildxMethod } from '../methods';
import { bundledTemplate } from './__testUtils__/bundledTemplate';
import { buildLayout } from './__testUtils__/CheckedBuild';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { RunningTask } from './__testUtils__/RunningTask';
import { renderPipelineRun } from './render';

jest.setTimeout(60_000);

const PLATFORMS = ['linux/arm64', 'linux/amd64'];
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OUTPUT = {
  vulnerabilities: { critical: 1, high: 0, medium: 20, low: 3, unknown: 0 },
  unpatched_vulnerabilities: {
    critical: 0,
    high: 7,
    medium: 0,
    low: 0,
    unknown: 1,
  },
};

describeWith(
  ['buildah', 'skopeo', 'docker-registry'],
  'the step that makes an index of the images of several tasks',
  () => {
    let folder: string;
    let registry: RegistryServer;
    let secret: string;
    let name: string;
    /** By platform. */
    const digests = new Map<string, string>();
    let runs = 0;

    const skopeo = (...args: string[]) =>
      execFileSync('skopeo', args, { encoding: 'utf8', stdio: 'pipe' });

    const raw = (reference: string) =>
      skopeo(
        'inspect',
        '--raw',
        `--cert-dir=${registry.certificateFolder}`,
        `docker://${reference}`,
      );

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'create-index-'));
      registry = await RegistryServer.start({ directory: folder });
      name = `${registry.host}/team/app`;
      secret = join(folder, 'secret');
      mkdirSync(secret);
      writeFileSync(join(secret, 'ca.crt'), registry.certificates.caPem);
      for (const platform of PLATFORMS) {
        const own = join(folder, platform.replace('/', '-'));
        const layout = await buildLayout(own, [platform]);
        const manifest = join(own, 'manifest');
        writeFileSync(manifest, skopeo('inspect', '--raw', `oci:${layout}`));
        const digest = skopeo('manifest-digest', manifest).trim();
        digests.set(platform, digest);
        skopeo(
          'copy',
          '--all',
          '--preserve-digests',
          `--dest-cert-dir=${registry.certificateFolder}`,
          `oci:${layout}`,
          `docker://${name}@${digest}`,
        );
      }
    });

    afterAll(async () => {
      await registry.stop();
      rmSync(folder, { recursive: true });
    });

    function taskOf(
      results: Record<string, string> = {},
      platforms = PLATFORMS,
    ): RunningTask {
      const { build, run } = renderInput();
      const rendered = renderPipelineRun(
        renderInput({
          template: bundledTemplate('buildx'),
          build: { ...build, method: 'buildx' },
          run,
          image: { repository: name, tags: [], reference: `${name}:1` },
          parameters: parametersOf({ platforms }, buildxMethod),
          nativePlatforms: platforms,
          checks: { sbom: true, scan: true },
        }),
      );
      if ('problems' in rendered) {
        throw new Error(JSON.stringify(rendered.problems));
      }
      runs += 1;
      const of = (platform: string) => `build-${platform.replaceAll('/', '-')}`;
      return new RunningTask({
        run: rendered.pipelineRun,
        folder: join(folder, `index-${runs}`),
        task: 'create-index',
        workspaces: { 'registry-credentials': secret },
        results: {
          ...Object.fromEntries(
            platforms.flatMap((platform, place) => [
              [`${of(platform)}.IMAGE_DIGEST`, digests.get(platform)!],
              [`${of(platform)}.SCAN_OUTPUT`, JSON.stringify(OUTPUT)],
              [`${of(platform)}.REFERRER_DIGESTS`, `sha256:${place} sha256:x`],
            ]),
          ),
          ...results,
        },
      });
    }

    it('pushes them as one index by digest, in the order in which they were asked for, and gives no tag', async () => {
      const task = taskOf();
      const { exitCode, log } = await task.run('push-index');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      const digest = task.result('IMAGE_DIGEST');
      expect(task.result('IMAGE_URL')).toBe(name);
      const index = raw(`${name}@${digest}`);
      expect(digest).toBe(
        `sha256:${createHash('sha256').update(index).digest('hex')}`,
      );
      expect(JSON.parse(index)).toEqual({
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: PLATFORMS.map(platform => {
          const part = digests.get(platform)!;
          const [os, architecture] = platform.split('/');
          return {
            mediaType: MANIFEST,
            digest: part,
            size: raw(`${name}@${part}`).length,
            platform: { architecture, os },
          };
        }),
      });
      expect(log).toContain(`Pushed ${name}@${digest}`);
      // Where a repository has no tag, this registry knows nothing of it.
      expect(() =>
        skopeo(
          'list-tags',
          `--cert-dir=${registry.certificateFolder}`,
          `docker://${name}`,
        ),
      ).toThrow(/404 \(Not Found\)/);
    });

    it('names all reports, and adds up what the scans have counted', async () => {
      const task = taskOf();
      await task.run('push-index');
      expect(task.result('REFERRER_DIGESTS')).toBe(
        'sha256:0 sha256:x sha256:1 sha256:x',
      );
      expect(JSON.parse(task.result('SCAN_OUTPUT'))).toEqual({
        vulnerabilities: {
          critical: 2,
          high: 0,
          medium: 40,
          low: 6,
          unknown: 0,
        },
        unpatched_vulnerabilities: {
          critical: 0,
          high: 14,
          medium: 0,
          low: 0,
          unknown: 2,
        },
      });
    });

    it('counts nothing where one of the platforms was not scanned', async () => {
      const task = taskOf({ 'build-linux-amd64.SCAN_OUTPUT': '' });
      const { exitCode, log } = await task.run('push-index');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      expect(task.result('SCAN_OUTPUT')).toBe('');
    });

    it('names the variant of a platform', async () => {
      const task = taskOf(
        {
          'build-linux-arm-v7.IMAGE_DIGEST': digests.get('linux/arm64')!,
          'build-linux-arm-v7.SCAN_OUTPUT': '',
          'build-linux-arm-v7.REFERRER_DIGESTS': '',
        },
        ['linux/amd64', 'linux/arm/v7'],
      );
      const { exitCode, log } = await task.run('push-index');
      expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
      const { manifests } = JSON.parse(
        raw(`${name}@${task.result('IMAGE_DIGEST')}`),
      );
      expect(manifests[1].platform).toEqual({
        architecture: 'arm',
        os: 'linux',
        variant: 'v7',
      });
    });

    it('makes none of an image that the registry does not have', async () => {
      const gone = `sha256:${'0'.repeat(64)}`;
      const { exitCode, log } = await taskOf({
        'build-linux-amd64.IMAGE_DIGEST': gone,
      }).run('push-index');
      expect(exitCode).toBe(1);
      expect(log).toMatch(
        /Error: the registry does not give the image for linux\/amd64/,
      );
    });

    it('makes none where a platform has pushed an index itself', async () => {
      const first = taskOf();
      await first.run('push-index');
      const { exitCode, log } = await taskOf({
        'build-linux-amd64.IMAGE_DIGEST': first.result('IMAGE_DIGEST'),
      }).run('push-index');
      expect(exitCode).toBe(1);
      expect(log).toMatch(
        /Error: what was pushed for linux\/amd64 is an index and no image/,
      );
    });

    it.each(['', '--digests', 'latest'])(
      'makes none where a task gives "%s" for a digest',
      async digest => {
        const { exitCode, log } = await taskOf({
          'build-linux-amd64.IMAGE_DIGEST': digest,
        }).run('push-index');
        expect(exitCode).toBe(1);
        expect(log).toMatch(/^Error: .*\.$/m);
      },
    );
  },
);
