import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../__testUtils__/engines';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { GateSettings } from '../checks';
import { buildLayout, CheckedBuild } from './__testUtils__/CheckedBuild';

jest.setTimeout(60_000);

const SBOM = 'application/spdx+json';
const REPORT = 'application/vnd.aquasec.trivy.report+json';
const GATE: GateSettings = {
  severity: 'high',
  ignoreUnfixed: false,
  ignore: [],
};

describeWith(
  ['buildah', 'skopeo', 'jq', 'docker-registry'],
  'push-image, after the steps of checks',
  () => {
    let folder: string;
    let layout: string;
    let another: string;
    let registry: RegistryServer;
    let secret: string;
    let name: string;
    let build: CheckedBuild;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'push-reports-'));
      layout = await buildLayout(join(folder, 'pod'), [
        'linux/amd64',
        'linux/arm64/v8',
      ]);
      another = await buildLayout(join(folder, 'another'), ['linux/arm64']);
      registry = await RegistryServer.start({ directory: folder });
      secret = join(folder, 'secret');
      mkdirSync(secret);
      writeFileSync(join(secret, 'ca.crt'), registry.certificates.caPem);
    });

    afterAll(async () => {
      await registry.stop();
      rmSync(folder, { recursive: true });
    });

    afterEach(() => build?.dispose());

    function start(
      repository: string,
      checks = {
        sbom: true,
        scan: true,
        gate: undefined as GateSettings | undefined,
      },
    ): void {
      name = `${registry.host}/${repository}`;
      build = new CheckedBuild(layout, {
        checks,
        image: name,
        workspaces: { 'registry-credentials': secret },
      });
    }

    function skopeo(command: string, ...args: string[]): string {
      return execFileSync(
        'skopeo',
        [command, `--cert-dir=${registry.certificateFolder}`, ...args],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      );
    }

    function raw(digest: string): string {
      return skopeo('inspect', '--raw', `docker://${name}@${digest}`);
    }

    /** What was pushed beside the image, by the digests that the step tells. */
    function referrers() {
      const digests = build.task.result('REFERRER_DIGESTS');
      return digests
        .split(' ')
        .filter(Boolean)
        .map(digest => {
          const text = raw(digest);
          expect(`sha256:${hash(text)}`).toBe(digest);
          return JSON.parse(text);
        });
    }

    it('pushes each report as an artifact that refers to the image, and gives it no tag', async () => {
      start('a/reports');
      const ends = await build.run('generate-sbom', 'scan-image', 'push-image');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      const digest = build.task.result('IMAGE_DIGEST');
      const all = referrers();
      expect(
        all.map(({ artifactType, annotations }) => [artifactType, annotations]),
      ).toEqual(
        [SBOM, REPORT].flatMap(type =>
          ['linux/amd64', 'linux/arm64/v8'].map(platform => [
            type,
            { 'image-factory.io/platform': platform },
          ]),
        ),
      );
      const files = [
        'sbom/linux-amd64.spdx.json',
        'sbom/linux-arm64-v8.spdx.json',
        'scan/linux-amd64.json',
        'scan/linux-arm64-v8.json',
      ].map(file => build.read(build.checks(file)));
      for (const [index, manifest] of all.entries()) {
        expect(manifest).toMatchObject({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: {
            mediaType: 'application/vnd.oci.empty.v1+json',
            digest: `sha256:${hash('{}')}`,
            size: 2,
          },
          layers: [
            {
              mediaType: manifest.artifactType,
              digest: `sha256:${hash(files[index])}`,
              size: files[index].length,
            },
          ],
          subject: {
            mediaType: 'application/vnd.oci.image.index.v1+json',
            digest,
            size: raw(digest).length,
          },
        });
      }
      // Which platform is the first one is for Buildah to say.
      expect(
        files.slice(0, 2).map(file => `${name}@sha256:${hash(file)}`),
      ).toContain(build.task.result('SBOM_BLOB_URL'));
      expect(() => skopeo('list-tags', `docker://${name}`)).toThrow(
        /404 \(Not Found\)/,
      );
    });

    it('pushes an image without reports where there are none', async () => {
      start('a/plain', { sbom: false, scan: false, gate: undefined });
      expect(await build.run('push-image')).toMatchObject([{ exitCode: 0 }]);
      expect(referrers()).toEqual([]);
      raw(build.task.result('IMAGE_DIGEST'));
    });

    it('pushes the image that the gate lets pass', async () => {
      start('a/passed', { sbom: false, scan: true, gate: GATE });
      const ends = await build.run('scan-image', 'push-image');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      raw(build.task.result('IMAGE_DIGEST'));
      expect(referrers()).toHaveLength(2);
    });

    it('does not push the image that the gate stops, but what was found out of it', async () => {
      start('a/stopped', { sbom: true, scan: true, gate: GATE });
      build.find({ VulnerabilityID: 'CVE-2099-0001', Severity: 'HIGH' });
      const ends = await build.run('generate-sbom', 'scan-image', 'push-image');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 10, 10]);
      expect(ends[2].log).toContain('Not pushed: the gate');
      expect(() => build.task.result('IMAGE_DIGEST')).toThrow(/ENOENT/);
      const [first, ...others] = referrers();
      expect(others).toHaveLength(3);
      expect(() => raw(first.subject.digest)).toThrow(/manifest unknown/);
    });

    it('does not push an image of which no scan tells where a gate demands one', async () => {
      start('a/broken', { sbom: false, scan: true, gate: GATE });
      writeFileSync(build.notes('fails'), '');
      const ends = await build.run('scan-image', 'push-image');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([3, 10]);
      expect(referrers()).toEqual([]);
      expect(() => build.task.result('IMAGE_DIGEST')).toThrow(/ENOENT/);
    });

    it('pushes an image of which no scan tells where there is no gate', async () => {
      start('a/unscanned');
      writeFileSync(build.notes('fails'), '');
      const ends = await build.run('generate-sbom', 'scan-image', 'push-image');
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 3, 0]);
      raw(build.task.result('IMAGE_DIGEST'));
      expect(referrers().map(({ artifactType }) => artifactType)).toEqual([
        SBOM,
        SBOM,
      ]);
    });

    describe('where what the build has started goes on', () => {
      const checks = { sbom: true, scan: true, gate: GATE };

      function replace(image: string): void {
        rmSync(image, { recursive: true });
        cpSync(another, image, { recursive: true });
      }

      it('pushes what was looked at, and not what stands in its place since', async () => {
        start('a/replaced', checks);
        await build.run('generate-sbom', 'scan-image');
        const { digest } = JSON.parse(build.read(build.checks('subject.json')));
        replace(build.layout());
        expect(await build.run('push-image')).toMatchObject([{ exitCode: 0 }]);
        expect(build.task.result('IMAGE_DIGEST')).toBe(digest);
        raw(digest);
      });

      it('pushes what was looked at, where its files are open and written to', async () => {
        start('a/open', checks);
        const blobs = build.layout('blobs/sha256');
        const files = readdirSync(blobs).map(file =>
          openSync(join(blobs, file), 'r+'),
        );
        const ends = await build.run('generate-sbom', 'scan-image');
        for (const file of files) {
          writeSync(file, 'something else', 0);
          closeSync(file);
        }
        ends.push(...(await build.run('push-image')));
        expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
        raw(build.task.result('IMAGE_DIGEST'));
      });

      it('does not push an image that the gate has not let pass, but another one', async () => {
        start('a/other-passed', checks);
        await build.run('generate-sbom', 'scan-image');
        writeFileSync(
          build.checks('scan/passed'),
          `sha256:${hash('another image')}`,
        );
        const [{ exitCode, log }] = await build.run('push-image');
        expect(log).toContain('Not pushed: the gate');
        expect(exitCode).toBe(10);
        expect(() => build.task.result('IMAGE_DIGEST')).toThrow(/ENOENT/);
      });

      it('says of an image that it is not the one that was looked at, and pushes nothing', async () => {
        start('a/not-looked-at', { ...checks, gate: undefined });
        await build.run('generate-sbom', 'scan-image');
        replace(build.checks('image'));
        const [{ exitCode, log }] = await build.run('push-image');
        expect(log).toMatch(
          /^Error: the image that would be pushed, sha256:[0-9a-f]{64}, is not the one that was looked at before/,
        );
        expect(exitCode).toBe(1);
        expect(() => skopeo('list-tags', `docker://${name}`)).toThrow(/404/);
      });
    });

    it('pushes no file that a report has been replaced by', async () => {
      start('a/link');
      mkdirSync(build.checks('sbom'));
      symlinkSync('/etc/passwd', build.checks('sbom/linux-amd64.spdx.json'));
      const [{ exitCode, log }] = await build.run('push-image');
      expect(log).toContain('symbolic links');
      expect(exitCode).toBe(1);
    });
  },
);

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
