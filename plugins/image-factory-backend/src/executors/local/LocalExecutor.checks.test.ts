import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { VulnerabilityList } from '@image-factory/backstage-plugin-image-factory-common';
import { describeWith } from '../../__testUtils__/engines';
import { createSources } from '../../__testUtils__/createSources';
import { RegistryServer } from '../../__testUtils__/RegistryServer';
import { vulnerabilityListKey } from '../../blobs';
import { CheckSettings } from '../../checks';
import { OciDescriptor, RegistrySettings } from '../../registry';
import { LayoutBuilder } from '../../registry/__testUtils__/layoutBuilder';
import { skopeoInspect } from '../../registry/__testUtils__/PushFixture';
import { Sources } from '../../sources';
import { CheckStandIns } from './__testUtils__/checkStandIns';
import {
  Collected,
  ExecutorHarness,
  pushesTo,
  runToEnd,
} from './__testUtils__/executorHarness';
import { layoutMethod } from './__testUtils__/layoutMethod';
import { makeSpec } from './__testUtils__/makeSpec';

jest.setTimeout(120_000);

const run = promisify(execFile);
const login = { username: 'robot', password: 'correct-horse-battery' };
const CREDENTIALS = `${login.username}:${login.password}`;
const REPOSITORY = 'guests/app';
const ALWAYS: CheckSettings = { sbom: 'always', scan: 'always' };
const GATE: CheckSettings = {
  sbom: 'always',
  scan: 'auto',
  gate: { severity: 'high', ignoreUnfixed: false, ignore: ['CVE-2024-9999'] },
};
const HIGH = {
  VulnerabilityID: 'CVE-2024-0001',
  Severity: 'HIGH',
  FixedVersion: '3.0.15',
};
const LOW = { VulnerabilityID: 'CVE-2024-0002', Severity: 'LOW' };

describeWith(
  ['docker-registry', 'skopeo'],
  'the checks of the local executor, with stand-ins for Syft and Trivy and a real registry',
  () => {
    let directory: string;
    let sources: Sources;
    let server: RegistryServer;
    let registry: RegistrySettings;
    let standIns: CheckStandIns;
    let tags = 0;
    let tag: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'executor-checks-'));
      await mkdir(join(directory, 'sources/app'), { recursive: true });
      sources = await createSources({
        directory,
        roots: [{ name: 'test', path: join(directory, 'sources') }],
      });
      server = await RegistryServer.start({
        directory,
        users: { [login.username]: login.password },
      });
      registry = {
        host: server.host,
        login,
        ca: server.certificates.caPem,
        pullCredentials: false,
      };
      standIns = await CheckStandIns.create(join(directory, 'tools'));
    });

    beforeEach(async () => {
      await standIns.reset();
      tags += 1;
      tag = String(tags);
    });

    afterAll(async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });

    /** A layout with an image that no other test has. */
    async function layout(
      make: (builder: LayoutBuilder) => Promise<OciDescriptor> = builder =>
        builder.addImage(),
    ): Promise<{ path: string; digest: string }> {
      const path = join(directory, `layout-${tag}`);
      const builder = await LayoutBuilder.create(path);
      const image = await make(builder);
      await builder.writeIndex([image]);
      return { path, digest: image.digest };
    }

    async function withExecutor<T>(
      checks: CheckSettings | undefined,
      work: (harness: ExecutorHarness) => Promise<T>,
      toolPaths = standIns.toolPaths,
    ): Promise<T> {
      const harness = await ExecutorHarness.create({
        sources,
        pusher: pushesTo([registry]),
        furtherMethods: [layoutMethod],
        toolPaths,
        checks,
      });
      try {
        return await work(harness);
      } finally {
        await harness.remove();
      }
    }

    type Built = Collected & { list: VulnerabilityList | undefined };

    async function build(
      checks: CheckSettings | undefined,
      path: string,
      options: {
        delivery?: 'push' | 'export';
        toolPaths?: Record<string, string>;
      } = {},
    ): Promise<Built> {
      const { delivery = 'push', toolPaths } = options;
      const spec = makeSpec({
        path: 'app',
        method: 'layout',
        parameters: { layout: path },
        image: {
          reference:
            delivery === 'push'
              ? `${server.host}/${REPOSITORY}:${tag}`
              : `app:${tag}`,
          tags: [],
          delivery,
        },
      });
      return withExecutor(
        checks,
        async ({ executor, blobs }) => {
          const collected = await runToEnd(executor, spec);
          const blob = await blobs.open(vulnerabilityListKey(spec));
          return Object.assign(collected, {
            list: blob && JSON.parse(String(await buffer(blob.stream))),
          });
        },
        toolPaths,
      );
    }

    function statuses({ steps }: Collected) {
      return Object.fromEntries(
        steps.map(({ name, status }) => [name, status]),
      );
    }

    function metrics({ updates }: Collected) {
      return Object.fromEntries(
        updates.flatMap(update =>
          update.type === 'metric' && update.metric.step === 'scan-image'
            ? [[update.metric.name, update.metric.value]]
            : [],
        ),
      );
    }

    /** The last that was told of each artifact. */
    function artifacts({ artifacts: told }: Collected) {
      return [
        ...new Map(told.map(each => [`${each.type}/${each.name}`, each])),
      ].map(([, artifact]) => artifact);
    }

    async function rawManifest(reference: string) {
      return skopeoInspect(server, `${REPOSITORY}${reference}`, {
        login: CREDENTIALS,
        args: ['--raw'],
      });
    }

    it('are not done unless they are demanded', async () => {
      const { path } = await layout();
      const collected = await build({ sbom: 'auto', scan: 'auto' }, path);
      expect(statuses(collected)).toEqual({
        'clone-repo': 'completed',
        'build-image': 'completed',
        'push-image': 'completed',
      });
      expect(await standIns.note('syft')).toBe('');
    });

    it('come between the build and the push, and leave their reports with the portal and beside the image', async () => {
      await standIns.find(HIGH, LOW);
      const { path, digest } = await layout();
      const collected = await build(ALWAYS, path);

      expect(collected.outcome).toEqual({ status: 'completed' });
      expect(
        collected.steps.map(({ name, status, tool, exitCode }) => [
          name,
          status,
          tool,
          exitCode,
        ]),
      ).toEqual([
        ['clone-repo', 'completed', undefined, undefined],
        ['build-image', 'completed', undefined, 0],
        ['generate-sbom', 'completed', 'syft 1.57.0', 0],
        ['scan-image', 'completed', 'trivy 0.74.0', 0],
        ['push-image', 'completed', undefined, 0],
      ]);
      const [sbom, report, image] = artifacts(collected);
      expect([sbom, report]).toMatchObject([
        {
          type: 'sbom',
          name: `app-${tag}-linux-amd64.spdx.json`,
          mediaType: 'application/spdx+json',
          platform: 'linux/amd64',
          blobKey: expect.any(String),
        },
        {
          type: 'vulnerability-report',
          name: `app-${tag}-linux-amd64.trivy.json`,
          mediaType: 'application/vnd.aquasec.trivy.report+json',
          platform: 'linux/amd64',
          blobKey: expect.any(String),
        },
      ]);
      expect(image).toMatchObject({ type: 'image', digest });
      for (const artifact of [sbom, report]) {
        const reference = artifact.reference!.slice(
          `${server.host}/${REPOSITORY}`.length,
        );
        expect(await rawManifest(reference)).toMatchObject({
          artifactType: artifact.mediaType,
          layers: [{ digest: artifact.digest, mediaType: artifact.mediaType }],
          subject: { digest },
          annotations: { 'image-factory.io/platform': 'linux/amd64' },
        });
      }
      const { manifests } = await rawManifest(`:${digest.replace(':', '-')}`);
      expect(manifests).toHaveLength(2);

      expect(metrics(collected)).toEqual({
        'vulnerabilities-critical': 0,
        'vulnerabilities-high': 1,
        'vulnerabilities-medium': 0,
        'vulnerabilities-low': 1,
        'vulnerabilities-unknown': 0,
      });
      expect(collected.list).toMatchObject({
        counts: { high: 1, low: 1 },
        fixable: 1,
        items: [{ id: 'CVE-2024-0001' }, { id: 'CVE-2024-0002' }],
      });
      expect(collected.list?.gate).toBeUndefined();
    });

    it('say in their logs what was run, and tell of no folder of the portal', async () => {
      await standIns.find(HIGH);
      const { path, digest } = await layout();
      const collected = await build(
        { ...ALWAYS, database: `${server.host}/mirror/trivy-db:2` },
        path,
      );
      expect(collected.log('generate-sbom').split('\n')).toEqual([
        `$ syft scan oci-dir:linux-amd64 --source-name=${server.host}/${REPOSITORY} --source-version=${digest} --output=spdx-json=sbom/linux-amd64.spdx.json`,
        'Found 1 packages in the image for linux-amd64',
        '',
      ]);
      expect(collected.log('scan-image').split('\n')).toEqual([
        `$ trivy image --input=linux-amd64 --format=json --output=scan/linux-amd64.trivy.json --db-repository=${server.host}/mirror/trivy-db:2`,
        '$ trivy convert --format=table scan/linux-amd64.trivy.json',
        'The table of scan/linux-amd64.trivy.json',
        'Found 0 critical, 1 high, 0 medium, 0 low, 0 unknown. 1 of them have a fixed version.',
        '',
      ]);
      // What a tag names has its reports beside it.
      expect(collected.log('push-image')).toMatch(
        /^Manifest .*\nReport {4}sha256:[0-9a-f]{64} pushed, application\/spdx\+json\nReport .*\nTag /m,
      );
    });

    it('give Trivy the login and the authority of where its database is, and of nowhere else', async () => {
      const { path } = await layout();
      await build(ALWAYS, path);
      expect(await standIns.note('login')).toBe('{}');
      expect(await standIns.note('certificates')).not.toMatch(/trusted/);

      await standIns.reset();
      await build(
        { ...ALWAYS, javaDatabase: `${server.host}/mirror/trivy-java-db:1` },
        path,
      );
      expect(JSON.parse(await standIns.note('login'))).toEqual({
        auths: {
          [server.host]: { auth: Buffer.from(CREDENTIALS).toString('base64') },
        },
      });
      expect(await standIns.note('certificates')).toMatch(
        /^\/\S+:\S+\/checks\/trusted$/,
      );
      expect(await standIns.note('trivy')).toMatch(
        /^--cache-dir=\S+\/trivy image /,
      );
    });

    it('look at the image for each platform by itself', async () => {
      const { path } = await layout(async builder =>
        builder.addIndex([
          {
            ...(await builder.addImage('amd64')),
            platform: { os: 'linux', architecture: 'amd64' },
          },
          {
            ...(await builder.addImage('arm64')),
            platform: { os: 'linux', architecture: 'arm64' },
          },
        ]),
      );
      await standIns.find(LOW);
      const collected = await build(ALWAYS, path);
      expect(collected.outcome).toEqual({ status: 'completed' });
      expect(
        artifacts(collected).flatMap(({ type, platform }) =>
          type === 'image' ? [] : [[type, platform]],
        ),
      ).toEqual([
        ['sbom', 'linux/amd64'],
        ['sbom', 'linux/arm64'],
        ['vulnerability-report', 'linux/amd64'],
        ['vulnerability-report', 'linux/arm64'],
      ]);
      expect(collected.list?.counts.low).toBe(2);
    });

    it('take an archive of an image as Docker saves it', async () => {
      const { path, digest } = await layout();
      const archive = `${path}.tar`;
      await run('tar', ['--create', `--file=${archive}`, '-C', path, '.']);
      const collected = await build(ALWAYS, archive);
      expect(collected.outcome).toEqual({ status: 'completed' });
      expect(artifacts(collected)).toContainEqual(
        expect.objectContaining({ type: 'image', digest }),
      );
      expect(artifacts(collected)).toHaveLength(3);
    });

    it('let an image through the gate that has nothing that stops it', async () => {
      await standIns.find(LOW, { ...HIGH, VulnerabilityID: 'CVE-2024-9999' });
      const { path } = await layout();
      const collected = await build(GATE, path);
      expect(collected.outcome).toEqual({ status: 'completed' });
      expect(collected.list?.gate).toEqual({
        severity: 'high',
        ignoreUnfixed: false,
        stopped: false,
      });
    });

    it('stop an image at the gate: nothing but its reports is pushed, and it is not tried again', async () => {
      await standIns.find(HIGH, LOW);
      const { path, digest } = await layout(builder =>
        builder.addImage(`machine${tag}`),
      );
      const collected = await build(GATE, path);

      expect(collected.outcome).toEqual({
        status: 'failed',
        failure: {
          class: 'user',
          step: 'scan-image',
          rule: 'scan-gate',
          message:
            'The image is stopped: it has 1 high vulnerability, and none that is high or worse is let through here.',
          hint: expect.stringMatching(
            /^Update openssl 3\.0\.1 to 3\.0\.15 \(CVE-2024-0001\), /,
          ),
        },
      });
      expect(statuses(collected)).toEqual({
        'clone-repo': 'completed',
        'build-image': 'completed',
        'generate-sbom': 'completed',
        'scan-image': 'failed',
        'push-image': 'skipped',
      });
      expect(collected.steps[3]).toMatchObject({ exitCode: 10 });
      expect(collected.steps[4].reason).toBe(
        'The step scan-image has stopped the image.',
      );
      expect(collected.log('scan-image')).toMatch(
        /^Error: 1 high: vulnerabilities of severity high or worse stop an image here\./m,
      );
      expect(collected.log('push-image')).toMatch(
        /^Not handed on: The step scan-image has stopped the image\.$/m,
      );
      await expect(rawManifest(`@${digest}`)).rejects.toThrow(/unknown/);
      await expect(rawManifest(`:${tag}`)).rejects.toThrow(/unknown/);
      const [sbom, report] = artifacts(collected);
      for (const { reference } of [sbom, report]) {
        expect(
          await rawManifest(
            reference!.slice(`${server.host}/${REPOSITORY}`.length),
          ),
        ).toMatchObject({ subject: { digest } });
      }
      await expect(rawManifest(`:${digest.replace(':', '-')}`)).rejects.toThrow(
        /unknown/,
      );
      expect(collected.list?.gate?.stopped).toBe(true);
      expect(metrics(collected)).toMatchObject({ 'vulnerabilities-high': 1 });
    });

    it('keep no archive of an image that is stopped', async () => {
      await standIns.find(HIGH);
      const { path } = await layout();
      const collected = await build(GATE, path, { delivery: 'export' });
      expect(collected.outcome).toMatchObject({
        status: 'failed',
        failure: { rule: 'scan-gate' },
      });
      expect(artifacts(collected).map(({ type }) => type)).toEqual([
        'sbom',
        'vulnerability-report',
      ]);
    });

    it('complete a build whose scan fails, where no gate depends on it', async () => {
      await standIns.fail('trivy');
      const { path } = await layout();
      const collected = await build(ALWAYS, path);
      expect(collected.outcome).toEqual({ status: 'completed' });
      expect(collected.steps[3]).toMatchObject({
        status: 'failed',
        exitCode: 1,
        reason: expect.stringMatching(/FATAL Fatal error: no database$/),
      });
      expect(statuses(collected)['push-image']).toBe('completed');
      expect(collected.list).toBeUndefined();
    });

    it.each([
      ['that fails', async () => standIns.fail('trivy'), 1],
      [
        'whose report tells nothing',
        async () => standIns.write('{'),
        undefined,
      ],
    ])(
      'hand on no image without a scan where a gate depends on one %s, and try again',
      async (_, prepare, exitCode) => {
        await prepare();
        const { path, digest } = await layout(builder =>
          builder.addImage(`machine${tag}`),
        );
        const collected = await build(GATE, path);
        expect(collected.outcome).toMatchObject({
          status: 'failed',
          failure: {
            class: 'infrastructure',
            step: 'scan-image',
            message: expect.stringMatching(
              /^The image is stopped: it could not be scanned, and none is let through here without\. /,
            ),
          },
        });
        expect(collected.steps[3]).toMatchObject({
          status: 'failed',
          exitCode,
        });
        expect(collected.steps[4]).toMatchObject({ status: 'skipped' });
        await expect(rawManifest(`@${digest}`)).rejects.toThrow(/unknown/);
      },
    );

    it('fail a build whose SBOM cannot be made', async () => {
      await standIns.fail('syft');
      const { path } = await layout();
      const collected = await build(ALWAYS, path);
      expect(collected.outcome).toMatchObject({
        status: 'failed',
        failure: { step: 'generate-sbom' },
      });
      expect(statuses(collected)).toMatchObject({
        'scan-image': 'skipped',
        'push-image': 'skipped',
      });
    });

    it('keep builds from running where their tools are missing, and say what to mend', async () => {
      const toolPaths = { ...standIns.toolPaths, trivy: '/nowhere/trivy' };
      const { path } = await layout();
      const message =
        /^The scan of an image, which imageFactory\.checks\.gate demands, needs trivy, and this machine has none that can be used: imageFactory\.executors\.local\.toolPaths\.trivy is set to \/nowhere\/trivy, which is no program that can be run\.$/;
      await withExecutor(
        GATE,
        async ({ executor }) => {
          const { methods, tools, health } = await executor.describe();
          expect(health).toBe('unavailable');
          expect(methods.find(({ id }) => id === 'layout')).toMatchObject({
            available: false,
            message: expect.stringMatching(message),
            hint: expect.stringMatching(
              /^Correct imageFactory\.executors\.local\.toolPaths\.trivy/,
            ),
          });
          expect(tools).toContainEqual({
            name: 'syft',
            status: 'available',
            version: '1.57.0',
            path: standIns.toolPaths.syft,
          });
        },
        toolPaths,
      );
      const collected = await build(GATE, path, { toolPaths });
      expect(collected.outcome).toMatchObject({
        status: 'failed',
        failure: { message: expect.stringMatching(message) },
      });
      expect(collected.steps).toEqual([]);
    });

    it('ask for no tool that nobody demands', async () => {
      await withExecutor(undefined, async ({ executor }) => {
        const { tools } = await executor.describe();
        const names = tools.map(({ name }) => name);
        expect(names).not.toContain('syft');
        expect(names).not.toContain('trivy');
      });
    });

    it('leave the bytes of a report as the tool has written them', async () => {
      await standIns.find(HIGH);
      const { path } = await layout();
      const spec = makeSpec({
        path: 'app',
        method: 'layout',
        parameters: { layout: path },
      });
      await withExecutor(ALWAYS, async ({ executor, blobs }) => {
        const collected = await runToEnd(executor, spec);
        const report = artifacts(collected).find(
          ({ type }) => type === 'vulnerability-report',
        );
        const blob = await blobs.open(report!.blobKey!);
        expect(String(await buffer(blob!.stream))).toBe(
          await readFile(join(directory, 'tools/notes/report.json'), 'utf8'),
        );
      });
    });
  },
);
