import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Artifact,
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { describeWith } from './__testUtils__/engines';
import { RegistryServer } from './__testUtils__/RegistryServer';
import { EXAMPLES, exampleComponent } from './__testUtils__/exampleComponent';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';
import { skopeoInspect } from './registry/__testUtils__/PushFixture';

jest.setTimeout(120_000);

const PASSWORD = 'correct-horse-battery';

describeWith(
  ['buildah', 'skopeo', 'docker-registry'],
  'a build through the API that pushes to a registry',
  () => {
    let directory: string;
    let registry: RegistryServer;
    let backend: Awaited<ReturnType<typeof startTestBackend>>;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'image-factory-push-'));
      await mkdir(join(directory, 'registry'));
      registry = await RegistryServer.start({
        directory: join(directory, 'registry'),
        users: { robot: PASSWORD },
      });
      const entity = exampleComponent('hello-site', {
        'image-factory.io/image': `${registry.host}/guests/hello-site`,
      });
      backend = await startTestBackend({
        features: [
          imageFactoryPlugin,
          guests,
          catalogServiceMock.factory({ entities: [entity] }),
          mockServices.rootConfig.factory({
            data: {
              backend: { baseUrl: 'http://localhost' },
              imageFactory: {
                dataDirectory: join(directory, 'data'),
                sources: {
                  directories: [{ name: 'examples', path: EXAMPLES }],
                },
                executors: { local: { toolOrder: ['buildah'] } },
                registries: [
                  {
                    host: registry.host,
                    tenantPrefix: '{tenant}/',
                    username: 'robot',
                    password: PASSWORD,
                    caFile: registry.certificates.caFile,
                  },
                ],
              },
            },
          }),
        ],
      });
    });

    afterAll(async () => {
      await backend.stop();
      await registry.stop();
      await rm(directory, { recursive: true, force: true });
    });

    const base = '/api/image-factory/v1';
    const entityRef = 'component:default/hello-site';

    async function post(path: string, body: object) {
      return request(backend.server).post(`${base}${path}`).send(body);
    }

    async function get<T>(path: string): Promise<T> {
      const response = await request(backend.server).get(`${base}${path}`);
      expect(response.status).toBe(200);
      return response.body;
    }

    async function toEnd({ id }: Build): Promise<Build> {
      for (;;) {
        const build = await get<Build>(`/builds/${id}`);
        if (isTerminal(build.status)) return build;
        await delay(50);
      }
    }

    it('tells before it is submitted that the image will be pushed', async () => {
      const { body } = await post('/builds/preview', { entityRef });
      expect(body).toMatchObject({
        target: 'push',
        image: `${registry.host}/guests/hello-site:{number}`,
        problems: [],
      });
    });

    it('refuses the repository of another tenant and a registry that nobody has named', async () => {
      const foreign = await post('/builds', {
        entityRef,
        image: `${registry.host}/shop/hello-site`,
      });
      expect(foreign.status).toBe(400);
      expect(foreign.body.error.message).toBe(
        `The repositories of group:default/guests on "${registry.host}" begin with "guests/", and "shop/hello-site" does not. Write "${registry.host}/guests/hello-site".`,
      );
      const unknown = await post('/builds', {
        entityRef,
        image: 'registry.example.com/guests/hello-site',
      });
      expect(unknown.status).toBe(400);
      expect(unknown.body.error.message).toContain(
        `Allowed are: ${registry.host}.`,
      );
    });

    it('completes with the digest that skopeo finds in the registry, and with no archive', async () => {
      const { body: submitted } = await post('/builds', {
        entityRef,
        tags: ['latest'],
      });
      const build = await toEnd(submitted);
      const { Digest: digest } = await skopeoInspect(
        registry,
        `guests/hello-site:${build.number}`,
        { login: `robot:${PASSWORD}` },
      );
      const name = `${registry.host}/guests/hello-site`;
      expect(build).toMatchObject({
        status: 'completed',
        image: `${name}:${build.number}`,
        digest,
        sizeBytes: expect.any(Number),
      });
      const { items } = await get<{ items: Artifact[] }>(
        `/builds/${build.id}/artifacts`,
      );
      expect(items).toEqual([
        expect.objectContaining({
          type: 'image',
          reference: `${name}@${digest}`,
          downloadable: false,
        }),
      ]);
      const { body: archive } = await request(backend.server).get(
        `${base}/builds/${build.id}/artifacts/${items[0].id}/download`,
      );
      expect(archive.error.message).toContain('kept elsewhere');

      const log = await request(backend.server)
        .get(`${base}/builds/${build.id}/logs`)
        .set('Accept', 'text/plain');
      expect(log.text).toContain(`Pushed    ${name}@${digest}`);
      const events = await get(`/builds/${build.id}/events`);
      const told = JSON.stringify([build, items, log.text, events]);
      expect(told).not.toContain(PASSWORD);
      expect(told).not.toContain(
        Buffer.from(`robot:${PASSWORD}`).toString('base64'),
      );
      expect(await readdir(join(directory, 'data', 'blobs'))).not.toContain(
        'artifacts',
      );
    });

    it('pushes a pinned rebuild under a number of its own', async () => {
      const first = await toEnd((await post('/builds', { entityRef })).body);
      const { body } = await post(`/builds/${first.id}/rebuild`, {
        mode: 'pinned',
      });
      const second = await toEnd(body);
      expect(second).toMatchObject({
        status: 'completed',
        image: `${registry.host}/guests/hello-site:${second.number}`,
      });
      expect(second.number).toBe(first.number + 1);
    });
  },
);
