import { mockServices } from '@backstage/backend-test-utils';
import { buffer } from 'node:stream/consumers';
import {
  ExecutionUpdate,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import { VulnerabilityList } from '@image-factory/backstage-plugin-image-factory-common';
import { someConfig } from '../../__testUtils__/databases';
import { describeWith } from '../../__testUtils__/engines';
import { Fault, FaultyProxy } from '../../__testUtils__/FaultyProxy';
import { RegistryServer } from '../../__testUtils__/RegistryServer';
import {
  BlobStore,
  FilesystemBlobStore,
  vulnerabilityListKey,
} from '../../blobs';
import { CHECK_KINDS, Checks, GateSettings } from '../../checks';
import { ImagePusher, OciDescriptor } from '../../registry';
import {
  PushFixture,
  skopeoInspect,
} from '../../registry/__testUtils__/PushFixture';
import { CollectReportsOptions, collectReports } from './collectReports';

jest.setTimeout(60_000);

const { signal } = new AbortController();
const login = { username: 'robot', password: 'hunter2' };
const REPOSITORY = 'team/app';
const GATE: GateSettings = {
  severity: 'high',
  ignoreUnfixed: false,
  ignore: [],
};

function trivyReport(...severities: string[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      SchemaVersion: 2,
      Results: [
        {
          Class: 'os-pkgs',
          Vulnerabilities: severities.map((Severity, index) => ({
            VulnerabilityID: `CVE-2024-000${index}`,
            PkgName: 'openssl',
            InstalledVersion: '3.0.1',
            FixedVersion: '3.0.15',
            Severity,
          })),
        },
      ],
    }),
  );
}

describeWith(
  ['docker-registry', 'skopeo'],
  'collectReports from a real registry',
  () => {
    let fixture: PushFixture;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let pusher: ImagePusher;
    let blobs: FilesystemBlobStore;
    let image: OciDescriptor;
    let spec: CollectReportsOptions['spec'];

    beforeAll(async () => {
      fixture = await PushFixture.create();
      server = await RegistryServer.start({
        directory: fixture.directory,
        users: { [login.username]: login.password },
      });
      const { certificates, port } = server;
      proxy = await FaultyProxy.start({ port, certificates });
      blobs = await FilesystemBlobStore.create({
        directory: `${fixture.directory}/blobs`,
      });
      pusher = ImagePusher.create({
        registries: [
          {
            host: proxy.host,
            login,
            ca: certificates.caPem,
            pullCredentials: false,
          },
        ],
        environment: {},
        now: () => new Date(),
        random: () => 0,
        retries: { tries: 2, firstDelayMs: 1, maxDelayMs: 1 },
      });
    });

    let images = 0;

    beforeEach(async () => {
      images += 1;
      const layout = await fixture.layout(builder =>
        builder.addImage(`machine-${images}`),
      );
      image = layout.image.descriptor;
      await pusher.push({
        host: proxy.host,
        repository: REPOSITORY,
        tags: [],
        ...layout,
        signal,
        onEvent: async () => undefined,
      });
      spec = {
        name: `docker-${images}-1`,
        executionId: `execution-${images}`,
        buildId: `build-${images}`,
        attempt: 1,
        buildNumber: images,
        requestedBy: 'user:default/guest',
        config: someConfig({
          image: {
            reference: `${proxy.host}/${REPOSITORY}:7`,
            tags: [],
            delivery: 'push',
          },
        }),
      };
    });

    afterEach(() => {
      proxy.fault = () => undefined;
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await fixture.remove();
    });

    /** What a pod puts beside its image. */
    async function push(
      check: keyof Checks | { artifactType: string },
      bytes: Buffer,
      options: { platform?: string; subject?: OciDescriptor } = {},
    ): Promise<string> {
      const { platform = 'linux/amd64', subject = image } = options;
      const { descriptor } = await pusher.referrers.push({
        host: proxy.host,
        repository: REPOSITORY,
        subject,
        artifactType:
          typeof check === 'string'
            ? CHECK_KINDS[check].mediaType
            : check.artifactType,
        annotations: { 'image-factory.io/platform': platform },
        bytes,
        signal,
        onEvent: async () => undefined,
      });
      return descriptor.digest;
    }

    async function collect(
      digests: string[],
      options: Partial<CollectReportsOptions> = {},
    ) {
      const lines: string[] = [];
      const { updates, scan } = await collectReports({
        spec,
        digests,
        image: {
          repository: `${proxy.host}/${REPOSITORY}`,
          digest: image.digest,
        },
        scanStep: 'scan-image',
        gate: undefined,
        isStopped: false,
        pusher,
        blobs,
        logger: mockServices.logger.mock(),
        log: async line => {
          lines.push(line);
        },
        signal,
        ...options,
      });
      return { updates, scan, lines, ...sorted(updates) };
    }

    function sorted(updates: ExecutionUpdate[]) {
      return {
        artifacts: updates.flatMap(update =>
          update.type === 'artifact' ? [update.artifact] : [],
        ),
        metrics: updates.flatMap(update =>
          update.type === 'metric' ? [update.metric] : [],
        ),
      };
    }

    async function read(key: string): Promise<Buffer | undefined> {
      const blob = await blobs.open(key);
      return blob && buffer(blob.stream);
    }

    async function readList(): Promise<VulnerabilityList | undefined> {
      const bytes = await read(vulnerabilityListKey(spec));
      return bytes && JSON.parse(bytes.toString());
    }

    async function listedReferrers(of = image): Promise<OciDescriptor[]> {
      const { manifests } = await skopeoInspect(
        server,
        `${REPOSITORY}:${of.digest.replace(':', '-')}`,
        { login: `${login.username}:${login.password}`, args: ['--raw'] },
      );
      return manifests as OciDescriptor[];
    }

    it('fails no build where there is no room for them: what they say is told all the same', async () => {
      const digests = [
        await push('sbom', Buffer.from('{"spdxVersion":"SPDX-2.3"}')),
        await push('scan', trivyReport('CRITICAL')),
      ];
      const full = { put: jest.fn().mockRejectedValue(new Error('ENOSPC')) };
      const { artifacts, metrics, lines, scan } = await collect(digests, {
        blobs: full as unknown as BlobStore,
      });
      expect(
        artifacts.map(({ blobKey, reference }) => [blobKey, reference]),
      ).toEqual(
        digests.map(digest => [
          undefined,
          `${proxy.host}/${REPOSITORY}@${digest}`,
        ]),
      );
      expect(metrics).toContainEqual(
        expect.objectContaining({ name: 'vulnerabilities-critical', value: 1 }),
      );
      expect(scan).toBeDefined();
      expect(lines.filter(line => /could not keep/.test(line))).toHaveLength(3);
    });

    it('keeps them with where the registry has them, counts what was found, and has the registry list them', async () => {
      const sbom = Buffer.from('{"spdxVersion":"SPDX-2.3"}');
      const report = trivyReport('CRITICAL', 'LOW');
      const digests = [await push('sbom', sbom), await push('scan', report)];
      const { artifacts, metrics, lines, scan } = await collect(digests);

      const common = { platform: 'linux/amd64' };
      expect(artifacts).toEqual<NewArtifact[]>([
        {
          ...common,
          type: 'sbom',
          name: 'app-7-linux-amd64.spdx.json',
          reference: `${proxy.host}/${REPOSITORY}@${digests[0]}`,
          digest: expect.stringMatching(/^sha256:/),
          mediaType: 'application/spdx+json',
          sizeBytes: sbom.length,
          blobKey: expect.any(String),
        },
        {
          ...common,
          type: 'vulnerability-report',
          name: 'app-7-linux-amd64.trivy.json',
          reference: `${proxy.host}/${REPOSITORY}@${digests[1]}`,
          digest: expect.stringMatching(/^sha256:/),
          mediaType: 'application/vnd.aquasec.trivy.report+json',
          sizeBytes: report.length,
          blobKey: expect.any(String),
        },
      ]);
      expect(await read(artifacts[0].blobKey!)).toEqual(sbom);
      expect(await read(artifacts[1].blobKey!)).toEqual(report);
      expect(metrics).toEqual(
        [
          ['vulnerabilities-critical', 1],
          ['vulnerabilities-high', 0],
          ['vulnerabilities-medium', 0],
          ['vulnerabilities-low', 1],
          ['vulnerabilities-unknown', 0],
        ].map(([name, value]) => ({
          name,
          value,
          unit: 'count',
          step: 'scan-image',
        })),
      );
      expect(await readList()).toMatchObject({
        counts: { critical: 1, low: 1 },
        fixable: 2,
        items: [
          { severity: 'critical', platform: 'linux/amd64' },
          { severity: 'low' },
        ],
      });
      expect(scan?.stopping).toEqual([]);
      expect((await listedReferrers()).map(({ digest }) => digest)).toEqual(
        digests,
      );
      expect(lines).toEqual([]);
    });

    it('does the same when it is done again, and doubles nothing', async () => {
      const digests = [
        await push('sbom', Buffer.from('{}')),
        await push('scan', trivyReport('HIGH')),
      ];
      const first = await collect(digests);
      proxy.requests.length = 0;
      const second = await collect([...digests, ...digests]);
      expect(second.updates).toEqual(first.updates);
      expect(await listedReferrers()).toHaveLength(2);
      expect(proxy.requests.map(({ method }) => method)).not.toContain('PUT');
    });

    it('tells what stops an image that was not pushed, and has nothing listed beside it', async () => {
      const absent = { ...image, digest: `sha256:${'0'.repeat(64)}` };
      const digest = await push('scan', trivyReport('HIGH', 'LOW'), {
        subject: absent,
      });
      const { scan, artifacts } = await collect([digest], {
        image: undefined,
        gate: GATE,
        isStopped: true,
      });
      expect(artifacts).toHaveLength(1);
      expect(scan?.stopping).toMatchObject([{ severity: 'high' }]);
      expect((await readList())?.gate).toEqual({
        severity: 'high',
        ignoreUnfixed: false,
        stopped: true,
      });
      await expect(listedReferrers()).rejects.toThrow(/manifest unknown/);
    });

    it('puts the platforms of an image together', async () => {
      const digests = [
        await push('scan', trivyReport('LOW')),
        await push('scan', trivyReport('LOW', 'HIGH'), {
          platform: 'linux/arm64/v8',
        }),
      ];
      const { artifacts } = await collect(digests);
      expect(artifacts.map(({ name }) => name)).toEqual([
        'app-7-linux-amd64.trivy.json',
        'app-7-linux-arm64-v8.trivy.json',
      ]);
      expect((await readList())?.counts).toMatchObject({ low: 2, high: 1 });
    });

    it('keeps those of the images that an index is made of, and has each listed beside its own', async () => {
      const other = await fixture.layout(builder =>
        builder.addImage(`other-machine-${images}`),
      );
      await pusher.push({
        host: proxy.host,
        repository: REPOSITORY,
        tags: [],
        ...other,
        signal,
        onEvent: async () => undefined,
      });
      const part = other.image.descriptor;
      const digests = [
        await push('scan', trivyReport('LOW')),
        await push('scan', trivyReport('HIGH'), {
          platform: 'linux/arm64',
          subject: part,
        }),
      ];
      const { artifacts, lines } = await collect(digests, {
        image: {
          repository: `${proxy.host}/${REPOSITORY}`,
          digest: `sha256:${'7'.repeat(64)}`,
          parts: [image.digest, part.digest],
        },
      });
      expect(lines).toEqual([]);
      expect(artifacts.map(({ platform }) => platform)).toEqual([
        'linux/amd64',
        'linux/arm64',
      ]);
      expect((await readList())?.counts).toMatchObject({ low: 1, high: 1 });
      expect((await listedReferrers()).map(({ digest }) => digest)).toEqual([
        digests[0],
      ]);
      expect((await listedReferrers(part)).map(({ digest }) => digest)).toEqual(
        [digests[1]],
      );
    });

    it('keeps nothing that is of another image, of another kind, of no platform, or not there, and says so', async () => {
      const other = { ...image, digest: `sha256:${'1'.repeat(64)}` };
      const digests = [
        await push('sbom', Buffer.from('1'), { subject: other }),
        await push({ artifactType: 'application/zip' }, Buffer.from('2')),
        await push('sbom', Buffer.from('3'), { platform: '../../etc' }),
        `sha256:${'2'.repeat(64)}`,
        image.digest,
      ];
      const { updates, lines } = await collect(digests);
      expect(updates).toEqual([]);
      expect(lines.map(line => line.replace(/sha256:\w+/g, '…'))).toEqual([
        'Warning: the report … is not kept: it is about …, which is not what was pushed.',
        'Warning: the report … is not kept: it is of the type application/zip, which is none.',
        'Warning: the report … is not kept: it does not say for which platform it is.',
        'Warning: the report … is not kept: … is not in the registry.',
        'Warning: the report … is not kept: … is no artifact that refers to an image.',
      ]);
    });

    it('counts nothing where one of the reports tells nothing, and keeps it for a reader', async () => {
      const digests = [
        await push('scan', trivyReport('HIGH')),
        await push('scan', Buffer.from('killed'), { platform: 'linux/arm64' }),
      ];
      const { artifacts, metrics, scan, lines } = await collect(digests);
      expect(artifacts).toHaveLength(2);
      expect(metrics).toEqual([]);
      expect(scan).toBeUndefined();
      expect(await readList()).toBeUndefined();
      expect(lines).toEqual([
        `Warning: the report ${digests[1]} tells nothing: it is not JSON.`,
      ]);
    });

    it('fails no build where the registry does not give them or list them', async () => {
      const digests = [
        await push('sbom', Buffer.from('{}')),
        await push('sbom', Buffer.from('[]'), { platform: 'linux/arm64' }),
      ];
      proxy.fault = ({ path, method }): Fault | undefined =>
        path.endsWith(digests[0]) ||
        (method === 'PUT' && path.includes('/manifests/'))
          ? { status: 503 }
          : undefined;
      const { artifacts, lines } = await collect(digests);
      expect(artifacts.map(({ platform }) => platform)).toEqual([
        'linux/arm64',
      ]);
      expect(lines.filter(line => line.startsWith('Warning'))).toEqual([
        expect.stringMatching(/is not kept: .* failed to take the manifest/),
        expect.stringMatching(/does not list the reports beside the image: /),
      ]);
      expect(lines.filter(line => line.startsWith('Retry'))).toHaveLength(2);
    });

    it('stops where its lease is over, before it writes anything to the registry', async () => {
      const digest = await push('sbom', Buffer.from('{}'));
      const over = new AbortController();
      proxy.fault = ({ path }) => {
        if (path.includes('/referrers/')) over.abort();
        return undefined;
      };
      proxy.requests.length = 0;
      await expect(
        collect([digest], { signal: over.signal }),
      ).rejects.toThrow();
      expect(proxy.requests.map(({ method }) => method)).not.toContain('PUT');
    });
  },
);
