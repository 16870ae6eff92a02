import { createHash } from 'node:crypto';
import { describeWith } from '../__testUtils__/engines';
import { Fault, FaultyProxy } from '../__testUtils__/FaultyProxy';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { PushFixture, skopeoInspect } from './__testUtils__/PushFixture';
import { ImagePusher } from './ImagePusher';
import { ReferrerEvent } from './ImageReferrers';
import { OciDescriptor } from './ociTypes';
import { RegistrySettings } from './RegistrySettings';

jest.setTimeout(60_000);

const login = { username: 'robot', password: 'hunter2' };
const CREDENTIALS = 'robot:hunter2';
const TYPE = 'application/spdx+json';
const REPORT = Buffer.from('{"spdxVersion":"SPDX-2.3"}');
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const MIB = 1024 * 1024;
const { signal } = new AbortController();

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

describeWith(
  ['docker-registry', 'skopeo'],
  'ImageReferrers and a real registry, of before OCI 1.1',
  () => {
    let fixture: PushFixture;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let pusher: ImagePusher;
    let events: ReferrerEvent[];
    let repositories = 0;
    let image: OciDescriptor;
    let repository: string;

    beforeAll(async () => {
      fixture = await PushFixture.create();
      server = await RegistryServer.start({
        directory: fixture.directory,
        users: { [login.username]: login.password },
      });
      const { certificates, port } = server;
      proxy = await FaultyProxy.start({ port, certificates });
      const common = { login, ca: certificates.caPem, pullCredentials: false };
      const registries: RegistrySettings[] = [
        { host: server.host, ...common },
        { host: proxy.host, ...common },
      ];
      pusher = ImagePusher.create({
        registries,
        environment: {},
        now: () => new Date(),
        random: () => 0,
        retries: { tries: 3, firstDelayMs: 1, maxDelayMs: 1 },
      });
    });

    beforeEach(async () => {
      repositories += 1;
      repository = `team/app-${repositories}`;
      events = [];
      proxy.requests.length = 0;
      proxy.fault = () => undefined;
      const layout = await fixture.layout(builder =>
        builder.addImage(`machine-${repositories}`),
      );
      image = layout.image.descriptor;
      await pusher.push({
        host: server.host,
        repository,
        tags: ['1'],
        ...layout,
        signal,
        onEvent: async () => undefined,
      });
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await fixture.remove();
    });

    const onEvent = async (event: ReferrerEvent) => {
      events.push(event);
    };

    async function push(bytes = REPORT, host = server.host, subject = image) {
      return pusher.referrers.push({
        host,
        repository,
        subject,
        artifactType: TYPE,
        annotations: { 'image-factory.io/platform': 'linux/amd64' },
        bytes,
        signal,
        onEvent,
      });
    }

    async function readOne(
      digest: string,
      options: { maxBytes?: number; host?: string } = {},
    ) {
      const { maxBytes = MIB, host = server.host } = options;
      return pusher.referrers.read({
        host,
        repository,
        digest,
        maxBytes,
        signal,
        onEvent,
      });
    }

    async function link(referrers: OciDescriptor[], host = server.host) {
      return pusher.referrers.link({
        host,
        repository,
        subject: image.digest,
        referrers,
        signal,
        onEvent,
      });
    }

    /** A manifest as skopeo has it of the registry. */
    async function rawManifest(reference: string) {
      return skopeoInspect(server, `${repository}${reference}`, {
        login: CREDENTIALS,
        args: ['--raw'],
      });
    }

    const tag = () => image.digest.replace(':', '-');

    it('puts an artifact beside an image, the same under the same digest, and sends it once', async () => {
      const { descriptor, isListed } = await push();
      expect(isListed).toBe(false);
      const again = await push(REPORT, proxy.host);
      expect(again.descriptor).toEqual(descriptor);
      expect(
        proxy.requests.filter(({ path }) => path.includes('/uploads/')),
      ).toEqual([]);
      expect(await rawManifest(`@${descriptor.digest}`)).toEqual({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactType: TYPE,
        config: {
          mediaType: 'application/vnd.oci.empty.v1+json',
          digest: digestOf(Buffer.from('{}')),
          size: 2,
        },
        layers: [
          { mediaType: TYPE, digest: digestOf(REPORT), size: REPORT.length },
        ],
        subject: {
          mediaType: image.mediaType,
          digest: image.digest,
          size: image.size,
        },
        annotations: { 'image-factory.io/platform': 'linux/amd64' },
      });
      expect(events[0]).toEqual({
        type: 'referrer',
        digest: descriptor.digest,
        artifactType: TYPE,
      });
    });

    it('puts it there also before the image', async () => {
      const { descriptor } = await push(REPORT, server.host, {
        ...image,
        digest: `sha256:${'0'.repeat(64)}`,
      });
      expect(await readOne(descriptor.digest)).toMatchObject({ ok: true });
    });

    it('reads an artifact back, with what it refers to', async () => {
      const { descriptor } = await push();
      expect(await readOne(descriptor.digest)).toEqual({
        ok: true,
        referrer: {
          descriptor,
          artifactType: TYPE,
          subject: {
            mediaType: image.mediaType,
            digest: image.digest,
            size: image.size,
          },
          layer: {
            mediaType: TYPE,
            digest: digestOf(REPORT),
            size: REPORT.length,
          },
          annotations: { 'image-factory.io/platform': 'linux/amd64' },
          bytes: REPORT,
        },
      });
    });

    it('says of what is none, is not there, or is too long why it is not read, and fetches no blob for it', async () => {
      const { descriptor } = await push();
      proxy.requests.length = 0;
      const host = proxy.host;
      const absent = `sha256:${'0'.repeat(64)}`;
      expect(await readOne(absent, { host })).toEqual({
        ok: false,
        problem: `${absent} is not in the registry`,
      });
      expect(await readOne(image.digest, { host })).toEqual({
        ok: false,
        problem: `${image.digest} is no artifact that refers to an image`,
      });
      expect(await readOne(descriptor.digest, { host, maxBytes: 10 })).toEqual({
        ok: false,
        problem: `${descriptor.digest} is ${REPORT.length} bytes long, of 10 at most`,
      });
      expect(
        proxy.requests.filter(({ path }) => path.includes('/blobs/')),
      ).toEqual([]);
    });

    it('follows a registry to its storage without its login, and believes the digest alone', async () => {
      const { descriptor } = await push();
      const blob = `/v2/${repository}/blobs/${digestOf(REPORT)}`;
      let stored = REPORT.toString();
      proxy.fault = ({ path }) => {
        if (path === blob) {
          const location = `https://${proxy.host}/storage/1?signature=x`;
          return { status: 307, headers: { location } };
        }
        return path.startsWith('/storage/')
          ? { status: 200, body: stored }
          : undefined;
      };
      expect(
        await readOne(descriptor.digest, { host: proxy.host }),
      ).toMatchObject({ ok: true, referrer: { bytes: REPORT } });
      const [asked] = proxy.requests.filter(({ path }) =>
        path.startsWith('/storage/'),
      );
      expect(asked).toMatchObject({
        path: '/storage/1?signature=x',
        authorization: undefined,
      });
      stored = stored.replace('2.3', '9.9');
      await expect(
        readOne(descriptor.digest, { host: proxy.host }),
      ).rejects.toThrow(/gives under sha256:.* what is not that blob/);
    });

    it('follows nobody to a storage without TLS', async () => {
      const { descriptor } = await push();
      proxy.fault = ({ path }) =>
        path.includes('/blobs/')
          ? { status: 302, headers: { location: 'http://127.0.0.1:9/blob' } }
          : undefined;
      await expect(
        readOne(descriptor.digest, { host: proxy.host }),
      ).rejects.toThrow(/in a place that is not https, so it was not fetched/);
    });

    it('tries again what fails in passing', async () => {
      const { descriptor } = await push();
      let left = 2;
      proxy.fault = ({ path }) => {
        if (!path.includes('/blobs/') || left === 0) return undefined;
        left -= 1;
        return left === 1 ? { status: 503 } : 'reset';
      };
      expect(
        await readOne(descriptor.digest, { host: proxy.host }),
      ).toMatchObject({ ok: true });
      expect(events.filter(({ type }) => type === 'retry')).toHaveLength(2);
    });

    it('writes the tag by which clients find what refers to an image, once, and keeps what others have written there', async () => {
      const first = await push();
      expect(await link([first.descriptor])).toBe(true);
      expect(await rawManifest(`:${tag()}`)).toEqual({
        schemaVersion: 2,
        mediaType: INDEX_TYPE,
        manifests: [first.descriptor],
      });
      expect(await link([first.descriptor])).toBe(false);

      const second = await push(Buffer.from('{"SchemaVersion":2}'));
      expect(await link([first.descriptor, second.descriptor])).toBe(true);
      expect((await rawManifest(`:${tag()}`)).manifests).toEqual([
        first.descriptor,
        second.descriptor,
      ]);
    });

    it('writes it again where somebody else writes it in between', async () => {
      const ours = await push();
      const theirs = await push(Buffer.from('theirs'));
      const isWrite = (method: string, path: string) =>
        method === 'PUT' && path.endsWith(tag());
      let isFirst = true;
      proxy.fault = ({ method, path }) => {
        if (!isWrite(method, path) || !isFirst) return undefined;
        isFirst = false;
        // What is written now is overwritten at once by who has not seen it.
        return { status: 201 };
      };
      await link([theirs.descriptor]);
      expect(await link([ours.descriptor], proxy.host)).toBe(true);
      expect((await rawManifest(`:${tag()}`)).manifests).toEqual([
        theirs.descriptor,
        ours.descriptor,
      ]);
      expect(
        proxy.requests.filter(({ method, path }) => isWrite(method, path)),
      ).toHaveLength(2);
    });

    it('leaves a tag alone that is that of an image', async () => {
      const { descriptor } = await push();
      await pusher.tag({
        host: server.host,
        repository,
        digest: image.digest,
        tags: [tag()],
        signal,
        onEvent: async () => undefined,
      });
      expect(await link([descriptor])).toBe(false);
      expect((await rawManifest(`:${tag()}`)).config).toBeDefined();
    });

    it('writes no tag where the registry lists by itself what refers to an image (a proxy answers as one of OCI 1.1 does)', async () => {
      proxy.fault = ({ method, path }): Fault | undefined => {
        if (path === `/v2/${repository}/referrers/${image.digest}`) {
          return {
            status: 200,
            headers: { 'content-type': INDEX_TYPE },
            body: JSON.stringify({ schemaVersion: 2, manifests: [] }),
          };
        }
        return method === 'PUT' && path.includes('/manifests/')
          ? { status: 201, headers: { 'oci-subject': image.digest } }
          : undefined;
      };
      const { descriptor, isListed } = await push(REPORT, proxy.host);
      expect(isListed).toBe(true);
      proxy.requests.length = 0;
      expect(await link([descriptor], proxy.host)).toBe(false);
      expect(proxy.requests.map(({ method }) => method)).not.toContain('PUT');
    });

    it('takes a page that a registry shows for everything for no list (a proxy answers so)', async () => {
      const { descriptor } = await push();
      proxy.fault = ({ path }) =>
        path.includes('/referrers/')
          ? { status: 200, headers: { 'content-type': 'text/html' } }
          : undefined;
      expect(await link([descriptor], proxy.host)).toBe(true);
    });
  },
);
