import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith } from '../__testUtils__/engines';
import { FaultyProxy } from '../__testUtils__/FaultyProxy';
import { RegistryServer } from '../__testUtils__/RegistryServer';
import { PushFixture, skopeoInspect } from './__testUtils__/PushFixture';
import { ImagePusher } from './ImagePusher';
import { RegistrySettings } from './RegistrySettings';

jest.setTimeout(60_000);

const login = { username: 'robot', password: 'hunter 2:ü' };
const CREDENTIALS = `${login.username}:${login.password}`;

describeWith(
  ['docker-registry', 'skopeo'],
  'ImagePusher and a real registry with a login',
  () => {
    let fixture: PushFixture;
    let server: RegistryServer;
    let proxy: FaultyProxy;
    let registry: RegistrySettings;
    /** The same registry, seen through what counts its requests. */
    let counted: RegistrySettings;

    beforeAll(async () => {
      fixture = await PushFixture.create();
      server = await RegistryServer.start({
        directory: fixture.directory,
        users: { [login.username]: login.password },
      });
      const { certificates, port } = server;
      proxy = await FaultyProxy.start({ port, certificates });
      const common = { login, ca: certificates.caPem, pullCredentials: false };
      registry = { host: server.host, ...common };
      counted = { host: proxy.host, ...common };
    });

    beforeEach(() => {
      proxy.requests.length = 0;
    });

    afterAll(async () => {
      await proxy.stop();
      await server.stop();
      await fixture.remove();
    });

    function putsOf(part: string): string[] {
      return proxy.requests
        .filter(({ method, path }) => method === 'PUT' && path.includes(part))
        .map(({ path }) => path);
    }

    it('pushes an image under all its tags, with the digest that skopeo reads there', async () => {
      const layout = await fixture.layout();
      const { error, events } = await fixture.push({
        ...layout,
        registry,
        repository: 'team/app',
        tags: ['3', 'latest'],
      });
      expect(error).toBeUndefined();
      for (const tag of ['3', 'latest']) {
        expect(
          await skopeoInspect(server, `team/app:${tag}`, {
            login: CREDENTIALS,
          }),
        ).toMatchObject({
          Digest: layout.image.digest,
          Architecture: 'amd64',
          RepoTags: ['3', 'latest'],
        });
      }
      const [manifest] = layout.image.manifests;
      expect(events).toEqual([
        ...[manifest.config, ...manifest.layers].map(blob => ({
          type: 'blob',
          digest: blob.digest,
          sizeBytes: blob.size,
          isThere: false,
        })),
        { type: 'manifest', digest: layout.image.digest },
        { type: 'tag', tag: '3', isThere: false },
        { type: 'tag', tag: 'latest', isThere: false },
      ]);
    });

    it('sends no blob and sets no tag a second time', async () => {
      const layout = await fixture.layout(async builder => {
        const image = await builder.addImage('arm64');
        return image;
      });
      const push = () =>
        fixture.push({ ...layout, registry: counted, repository: 'twice' });
      expect((await push()).error).toBeUndefined();
      expect(putsOf('/blobs/uploads/')).toHaveLength(2);
      proxy.requests.length = 0;

      const { error, events } = await push();
      expect(error).toBeUndefined();
      expect(putsOf('/blobs/uploads/')).toEqual([]);
      expect(putsOf('/manifests/1')).toEqual([]);
      expect(
        events.filter(event => 'isThere' in event && !event.isThere),
      ).toEqual([]);
    });

    it('names nothing before it is there: blobs, manifests, their index, tags', async () => {
      const layout = await fixture.layout(async builder => {
        const attestation = await builder.addImage('attestation');
        return builder.addIndex([
          { ...(await builder.addImage('amd64')), platform: { os: 'linux' } },
          { ...(await builder.addImage('arm64')), platform: { os: 'linux' } },
          {
            ...attestation,
            platform: { os: 'unknown', architecture: 'unknown' },
          },
        ]);
      });
      const { error } = await fixture.push({
        ...layout,
        registry: counted,
        repository: 'many',
        tags: ['7'],
      });
      expect(error).toBeUndefined();
      const written = proxy.requests
        .filter(({ method }) => method === 'PUT')
        .map(({ path }) =>
          path.replace(/^\/v2\/many\/(blobs|manifests)\/.*?(7|$)/, '$1 $2'),
        );
      expect(putsOf('/manifests/')).toEqual([
        expect.stringContaining('/manifests/sha256:'),
        expect.stringContaining('/manifests/sha256:'),
        expect.stringContaining('/manifests/sha256:'),
        `/v2/many/manifests/${layout.image.digest}`,
        '/v2/many/manifests/7',
      ]);
      const firstManifest = written.findIndex(path =>
        path.startsWith('manifests'),
      );
      expect(
        written.slice(firstManifest).some(path => path.startsWith('blobs')),
      ).toBe(false);
      const raw = await skopeoInspect(server, 'many:7', {
        login: CREDENTIALS,
        args: ['--raw'],
      });
      expect(raw.manifests).toHaveLength(3);
    });

    it('sends a layer of many megabytes as it is', async () => {
      const content = randomBytes(24 * 1024 * 1024);
      const layout = await fixture.layout(async builder => {
        const layer = await builder.addBlob(
          content,
          'application/vnd.oci.image.layer.v1.tar',
        );
        const config = await builder.addBlob(
          JSON.stringify({ os: 'linux', architecture: 'amd64' }),
          'application/vnd.oci.image.config.v1+json',
        );
        const mediaType = 'application/vnd.oci.image.manifest.v1+json';
        return builder.addBlob(
          JSON.stringify({
            schemaVersion: 2,
            mediaType,
            config,
            layers: [layer],
          }),
          mediaType,
        );
      });
      const { error } = await fixture.push({
        ...layout,
        registry,
        repository: 'large',
      });
      expect(error).toBeUndefined();
      expect(
        await skopeoInspect(server, 'large:1', { login: CREDENTIALS }),
      ).toMatchObject({ Digest: layout.image.digest });
    });

    it('moves a tag to the image that was pushed last', async () => {
      for (const architecture of ['riscv64', 's390x']) {
        const layout = await fixture.layout(builder =>
          builder.addImage(architecture),
        );
        await fixture.push({ ...layout, registry, repository: 'moving' });
        expect(
          await skopeoInspect(server, 'moving:1', { login: CREDENTIALS }),
        ).toMatchObject({ Digest: layout.image.digest });
      }
    });

    it('says of a wrong password that the login was refused, and whose it is to correct', async () => {
      const { error, events } = await fixture.push({
        ...(await fixture.layout()),
        registry: { ...registry, login: { ...login, password: 'hunter3' } },
        repository: 'team/app',
      });
      expect(error).toMatchObject({
        failureClass: 'user',
        message: `${server.host} refused the login: it answered 401.`,
        hint: expect.stringContaining('corrects username and password'),
        retryable: false,
      });
      expect(events).toEqual([]);
    });

    it('says that a login is asked for where none is configured', async () => {
      const { error } = await fixture.push({
        ...(await fixture.layout()),
        registry: { ...registry, login: undefined },
        repository: 'team/app',
      });
      expect(error).toMatchObject({
        failureClass: 'user',
        message: expect.stringContaining(
          'asks for a login, and none is configured',
        ),
        hint: expect.stringContaining('imageFactory.registries'),
      });
    });

    it('sends the login only after the registry has asked for it', async () => {
      await fixture.push({
        ...(await fixture.layout()),
        registry: counted,
        repository: 'asked',
      });
      const [first, second] = proxy.requests;
      expect(first.authorization).toBeUndefined();
      expect(second).toMatchObject({
        method: first.method,
        path: first.path,
        authorization: `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`,
      });
    });

    it('says which texts are secret before anything is pushed', () => {
      const secrets: string[] = [];
      ImagePusher.create({
        registries: [registry, { host: 'r.example', pullCredentials: false }],
        environment: {},
        now: () => new Date(),
        random: () => 0,
        onSecret: value => secrets.push(value),
      });
      expect(secrets).toEqual([
        login.password,
        Buffer.from(CREDENTIALS).toString('base64'),
      ]);
    });
  },
);

describeWith(
  ['docker-registry', 'skopeo'],
  'ImagePusher and a real registry that answers with absolute URLs and lets everybody in',
  () => {
    it('follows where the registry wants the upload, on the registry itself', async () => {
      const fixture = await PushFixture.create();
      const directory = join(fixture.directory, 'registry');
      await mkdir(directory);
      const server = await RegistryServer.start({
        directory,
        relativeUrls: false,
      });
      try {
        const layout = await fixture.layout();
        const { error } = await fixture.push({
          ...layout,
          registry: {
            host: server.host,
            ca: server.certificates.caPem,
            pullCredentials: false,
          },
          repository: 'app',
        });
        expect(error).toBeUndefined();
        expect(await skopeoInspect(server, 'app:1')).toMatchObject({
          Digest: layout.image.digest,
        });
      } finally {
        await server.stop();
        await fixture.remove();
      }
    });
  },
);
