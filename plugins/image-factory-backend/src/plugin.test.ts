import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(60_000);

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

function component(
  name: string,
  options: { directory?: string; annotations?: Record<string, string> },
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        ...(options.directory && {
          'backstage.io/managed-by-location': `file:${options.directory}/catalog-info.yaml`,
          'backstage.io/managed-by-origin-location': `file:${options.directory}/catalog-info.yaml`,
        }),
        ...options.annotations,
      },
    },
    spec: { type: 'website', owner: 'group:default/guests' },
  };
}

describe('the API', () => {
  let root: string;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'image-factory-api-'));
    const site = join(root, 'sources', 'site');
    await mkdir(join(site, 'sub'), { recursive: true });
    await mkdir(join(root, 'outside'));
    await writeFile(
      join(site, 'Dockerfile'),
      'FROM scratch AS base\nCOPY index.html /\nFROM base AS final\n',
    );
    await writeFile(join(site, 'index.html'), 'hello');
    await writeFile(join(site, 'catalog-info.yaml'), '');
    await writeFile(join(root, 'outside', 'catalog-info.yaml'), '');
    await writeFile(join(root, 'outside', 'Dockerfile'), 'FROM scratch\n');
    await symlink(
      join(root, 'outside', 'Dockerfile'),
      join(site, 'Dockerfile.linked'),
    );
    const image = { 'image-factory.io/image': 'hello-site' };
    const entities = [
      component('site', { directory: site, annotations: image }),
      component('plain', { directory: site }),
      component('elsewhere', {
        directory: join(root, 'outside'),
        annotations: image,
      }),
      component('remote', {
        annotations: {
          ...image,
          'backstage.io/source-location': 'url:https://git.example.com/a/b/',
        },
      }),
      component('intruder', {
        directory: site,
        annotations: {
          ...image,
          'backstage.io/managed-by-origin-location':
            'url:https://git.example.com/a/b/catalog-info.yaml',
        },
      }),
      component('odd-image', {
        directory: site,
        annotations: { 'image-factory.io/image': 'Hello Site' },
      }),
    ];
    backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        catalogServiceMock.factory({ entities }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: join(root, 'data'),
              sources: {
                directories: [{ name: 'demo', path: join(root, 'sources') }],
              },
              // No builder at all: what is submitted here waits.
              executors: {
                local: {
                  toolPaths: {
                    docker: join(root, 'no-docker'),
                    podman: join(root, 'no-podman'),
                    buildah: join(root, 'no-buildah'),
                  },
                },
              },
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
    await rm(root, { recursive: true, force: true });
  });

  const base = '/api/image-factory/v1';

  function get(path: string) {
    return request(backend.server).get(`${base}${path}`);
  }

  function submit(body: object) {
    return request(backend.server).post(`${base}/builds`).send(body);
  }

  async function countBuilds(): Promise<number> {
    return (await get('/builds')).body.totalItems;
  }

  it.each([
    ['post', '/builds'],
    ['post', '/builds/preview'],
    ['get', '/builds'],
    ['get', `/builds/${UNKNOWN}`],
    ['post', `/builds/${UNKNOWN}/cancel`],
    ['post', `/builds/${UNKNOWN}/start`],
    ['post', `/builds/${UNKNOWN}/retry`],
    ['post', `/builds/${UNKNOWN}/rebuild`],
    ['get', `/builds/${UNKNOWN}/wait-reason`],
    ['get', `/builds/${UNKNOWN}/executions`],
    ['get', `/builds/${UNKNOWN}/steps`],
    ['get', `/builds/${UNKNOWN}/events`],
    ['get', `/builds/${UNKNOWN}/logs`],
    ['get', `/builds/${UNKNOWN}/logs/download`],
    ['get', `/builds/${UNKNOWN}/logs/stream?step=build-image`],
    ['get', `/builds/${UNKNOWN}/logs/search?query=error`],
    ['get', `/builds/${UNKNOWN}/metrics`],
    ['get', `/builds/${UNKNOWN}/vulnerabilities`],
    ['get', `/builds/${UNKNOWN}/artifacts`],
    ['get', `/builds/${UNKNOWN}/artifacts/${UNKNOWN}/download`],
    ['get', '/build-methods'],
    ['get', '/executors'],
  ] as const)(
    'admits nobody who is not signed in: %s %s',
    async (verb, path) => {
      const anonymous = await request(backend.server)
        [verb](`${base}${path}`)
        .set('Authorization', mockCredentials.none.header())
        .send(
          verb === 'post'
            ? { entityRef: 'component:default/site', mode: 'pinned' }
            : undefined,
        );
      expect(anonymous.status).toBe(401);
      const service = await request(backend.server)
        [verb](`${base}${path}`)
        .set('Authorization', mockCredentials.service.header())
        .send(
          verb === 'post'
            ? { entityRef: 'component:default/site', mode: 'pinned' }
            : undefined,
        );
      expect(service.status).toBe(403);
    },
  );

  it('stores a build with defaults, and answers with it', async () => {
    const response = await submit({ entityRef: 'component:default/site' });
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      entityRef: 'component:default/site',
      imageName: 'default',
      image: `hello-site:${response.body.number}`,
      tenant: 'group:default/guests',
      method: 'docker',
      status: 'queued',
      createdBy: mockCredentials.user().principal.userEntityRef,
      parameters: { 'dockerfile-path': 'Dockerfile', 'context-path': '.' },
      source: { type: 'directory', location: 'demo/site' },
      timeoutSeconds: 3600,
    });
    const { id } = response.body;
    expect((await get(`/builds/${id}`)).body).toMatchObject({ id });
    expect((await get(`/builds/${id}/events`)).body.items).toMatchObject([
      { sequence: 1, type: 'submitted' },
    ]);
    expect((await get(`/builds/${id}/executions`)).body.items).toEqual([]);
    expect((await get(`/builds/${id}/artifacts`)).body.items).toEqual([]);
    expect((await get(`/builds/${id}/steps`)).body).toEqual({
      attempt: 0,
      items: [],
    });
  });

  it('holds a build that is not to start, and says so', async () => {
    const { body } = await submit({
      entityRef: 'component:default/site',
      start: false,
    });
    expect(body.status).toBe('pending');
    expect((await get(`/builds/${body.id}/wait-reason`)).body).toMatchObject({
      waiting: true,
      code: 'NOT_STARTED',
    });
  });

  it('cancels a waiting build once, and tells that it is over', async () => {
    const { body } = await submit({
      entityRef: 'component:default/site',
      start: false,
    });
    const cancel = () =>
      request(backend.server).post(`${base}/builds/${body.id}/cancel`);
    expect((await cancel()).body).toMatchObject({ status: 'cancelled' });
    expect((await cancel()).status).toBe(200);
    expect((await get(`/builds/${body.id}/wait-reason`)).body).toEqual({
      waiting: false,
    });
  });

  it.each([
    [
      'no entity of that name',
      { entityRef: 'component:default/nobody' },
      404,
      /no entity component:default\/nobody.*register it in the catalog/,
    ],
    [
      'no entity reference',
      { entityRef: 'component:default/' },
      400,
      /not an entity reference. Write it as kind:namespace\/name/,
    ],
    ['no entity at all', {}, 400, /entityRef/],
    [
      'an entity without the annotation',
      { entityRef: 'component:default/plain' },
      400,
      /not buildable. Add the annotation image-factory.io\/image/,
    ],
    [
      'an image that the entity does not declare',
      { entityRef: 'component:default/site', imageName: 'other' },
      400,
      /declares no image "other"/,
    ],
    [
      'sources outside the configured directories',
      { entityRef: 'component:default/elsewhere' },
      400,
      /imageFactory\.sources\.directories/,
    ],
    [
      'sources on a git host that is not named',
      { entityRef: 'component:default/remote' },
      400,
      /Sources may not come from git\.example\.com.*imageFactory\.sources\.git\.hosts/,
    ],
    [
      "sources on the portal's machine of an entity from elsewhere",
      { entityRef: 'component:default/intruder' },
      400,
      /was not loaded from a file of the portal's machine/,
    ],
    [
      'an entity with a bad image reference',
      { entityRef: 'component:default/odd-image' },
      400,
      /Hello Site/,
    ],
    [
      'a bad image reference',
      { entityRef: 'component:default/site', image: 'Hello' },
      400,
      /lower case/,
    ],
    [
      'a registry that is not allowed',
      {
        entityRef: 'component:default/site',
        image: 'registry.example.com/a/b',
      },
      400,
      /registry\.example\.com.*exported as an archive/s,
    ],
    [
      'a digest in the reference',
      {
        entityRef: 'component:default/site',
        image: `a@sha256:${'0'.repeat(64)}`,
      },
      400,
      /digest/,
    ],
    [
      'a bad tag',
      { entityRef: 'component:default/site', tags: ['-x'] },
      400,
      /is not a tag/,
    ],
    [
      'an unknown method',
      { entityRef: 'component:default/site', method: 'magic' },
      400,
      /no build method "magic". Choose one of: docker/,
    ],
    [
      'an unknown parameter',
      { entityRef: 'component:default/site', parameters: { dockerfile: 'x' } },
      400,
      /dockerfile-path/,
    ],
    [
      'a parameter of the wrong type',
      {
        entityRef: 'component:default/site',
        parameters: { 'dockerfile-path': 1 },
      },
      400,
      /dockerfile-path/,
    ],
    [
      'a substitution in a value',
      {
        entityRef: 'component:default/site',
        parameters: { 'build-args': { A: '$(cat /etc/passwd)' } },
      },
      400,
      /\$\(/,
    ],
    [
      'a control character in a value',
      {
        entityRef: 'component:default/site',
        parameters: { 'build-args': { A: 'a\u0000b' } },
      },
      400,
      /control character/i,
    ],
    [
      'a Dockerfile that is not there',
      {
        entityRef: 'component:default/site',
        parameters: { 'dockerfile-path': 'Nope' },
      },
      400,
      /Nope/,
    ],
    [
      'a Dockerfile outside the sources',
      {
        entityRef: 'component:default/site',
        parameters: { 'dockerfile-path': '../../outside/Dockerfile' },
      },
      400,
      /outside|leave/i,
    ],
    [
      'a Dockerfile outside the sources by symlink',
      {
        entityRef: 'component:default/site',
        parameters: { 'dockerfile-path': 'Dockerfile.linked' },
      },
      400,
      /outside|leave/i,
    ],
    [
      'a Dockerfile outside the context',
      {
        entityRef: 'component:default/site',
        parameters: {
          'context-path': 'sub',
          'dockerfile-path': '../Dockerfile',
        },
      },
      400,
      /context/i,
    ],
    [
      'an unknown stage',
      { entityRef: 'component:default/site', parameters: { target: 'nope' } },
      400,
      /base.*final/s,
    ],
    [
      'a timeout above the highest',
      { entityRef: 'component:default/site', timeoutSeconds: 80_000 },
      400,
      /240 minutes at most/,
    ],
    [
      'an unknown field',
      { entityRef: 'component:default/site', script: 'rm -rf /' },
      400,
      /no field "script".*entityRef/s,
    ],
    [
      'more tags than are taken',
      { entityRef: 'component:default/site', tags: Array(21).fill('a') },
      400,
      /tags/,
    ],
  ])(
    'refuses %s, names the cause, and stores nothing',
    async (_, body, status, message) => {
      const before = await countBuilds();
      const response = await submit(body);
      expect(response.status).toBe(status);
      expect(response.body.error.message).toMatch(message);
      expect(await countBuilds()).toBe(before);
    },
  );

  function post(path: string, body?: object) {
    return request(backend.server).post(`${base}${path}`).send(body);
  }

  it('starts a held build, cancels it, and tries it again as the same build', async () => {
    const { body } = await submit({
      entityRef: 'component:default/site',
      start: false,
    });
    const early = await post(`/builds/${body.id}/retry`);
    expect(early.status).toBe(409);
    expect(early.body.error.message).toMatch(/Start it instead/);
    expect((await post(`/builds/${body.id}/start`)).body.status).toBe('queued');
    expect((await post(`/builds/${body.id}/cancel`)).body.status).toBe(
      'cancelled',
    );
    const late = await post(`/builds/${body.id}/start`);
    expect(late.status).toBe(409);
    expect(late.body.error.message).toMatch(/Retry it/);
    const retried = await post(`/builds/${body.id}/retry`);
    expect(retried.body).toMatchObject({ id: body.id, status: 'queued' });
    await post(`/builds/${body.id}/cancel`);
  });

  it.each(['pinned', 'latest'])(
    'rebuilds from the inputs of an old build, %s',
    async mode => {
      const { body: old } = await submit({
        entityRef: 'component:default/site',
        parameters: { target: 'base' },
        tags: ['x'],
        start: false,
      });
      const response = await post(`/builds/${old.id}/rebuild`, { mode });
      expect(response.status).toBe(201);
      expect(response.body).toMatchObject({
        rebuildOf: old.id,
        number: old.number + 1,
        image: `hello-site:${old.number + 1}`,
        tags: ['x'],
        parameters: old.parameters,
        status: 'queued',
      });
    },
  );

  it('refuses a rebuild in no mode, in words', async () => {
    const { body } = await submit({ entityRef: 'component:default/site' });
    const response = await post(`/builds/${body.id}/rebuild`, { mode: 'fast' });
    expect(response.status).toBe(400);
    expect(response.body.error.message).toMatch(/mode.*pinned, latest/);
  });

  it.each(['pinned', 'latest'])(
    'answers a rebuild (%s) that is sent again under its key with the same build, and another one with 409',
    async mode => {
      const { body: old } = await submit({
        entityRef: 'component:default/site',
      });
      const send = (body: object) =>
        post(`/builds/${old.id}/rebuild`, body).set(
          'Idempotency-Key',
          `rebuild-${mode}`,
        );
      const first = await send({ mode });
      const again = await send({ mode });
      expect(again.status).toBe(201);
      expect(again.body.id).toBe(first.body.id);
      const other = await send({
        mode: mode === 'pinned' ? 'latest' : 'pinned',
      });
      expect(other.status).toBe(409);
    },
  );

  it('answers a request that is sent again under its key with the same build, and another one with 409', async () => {
    const send = (body: object, key = 'key-1') =>
      submit(body).set('Idempotency-Key', key);
    const entityRef = 'component:default/site';
    const first = await send({ entityRef, tags: ['a'] });
    const again = await send({ tags: ['a'], entityRef });
    expect(again.status).toBe(201);
    expect(again.body.id).toBe(first.body.id);
    const other = await send({ entityRef, tags: ['b'] });
    expect(other.status).toBe(409);
    expect(other.body.error.message).toMatch(/choose a new key/);
    const tooLong = await send({ entityRef }, 'k'.repeat(201));
    expect(tooLong.status).toBe(400);
    expect(tooLong.body.error.message).toMatch(/1 to 200 characters/);
  });

  it('tells all problems of a request at once', async () => {
    const response = await submit({
      entityRef: 'component:default/site',
      image: 'UPPER',
      method: 'magic',
      tags: ['-x'],
    });
    expect(response.body.error.message).toMatch(/UPPER/);
    expect(response.body.error.message).toMatch(/magic/);
    expect(response.body.error.message).toMatch(/-x/);
  });

  it.each([
    [
      'no JSON',
      '{"entityRef": ',
      'application/json',
      /is not JSON.*Correct it/,
    ],
    [
      'too much',
      JSON.stringify({ entityRef: 'x'.repeat(300_000) }),
      'application/json',
      /larger than the 256 KiB/,
    ],
    [
      'another type than JSON',
      'entityRef=x',
      'application/x-www-form-urlencoded',
      /unsupported media type/,
    ],
  ])('refuses a body that is %s', async (_, body, type, message) => {
    const response = await request(backend.server)
      .post(`${base}/builds`)
      .set('Content-Type', type)
      .send(body);
    expect(response.status).toBe(400);
    expect(response.body.error.message).toMatch(message);
  });

  it('previews a request with the problem at its field, and stores nothing', async () => {
    const before = await countBuilds();
    const response = await request(backend.server)
      .post(`${base}/builds/preview`)
      .send({
        entityRef: 'component:default/site',
        image: 'UPPER',
        parameters: { 'dockerfile-path': 'Nope' },
      });
    expect(response.status).toBe(200);
    expect(
      response.body.problems
        .filter((problem: { blocking: boolean }) => problem.blocking)
        .map((problem: { path: string }) => problem.path)
        .sort(),
    ).toEqual(['/image', '/parameters/dockerfile-path']);
    expect(await countBuilds()).toBe(before);
  });

  it('previews what it would build, and warns that no builder is there', async () => {
    const { body } = await request(backend.server)
      .post(`${base}/builds/preview`)
      .send({ entityRef: 'component:default/site' });
    expect(body).toMatchObject({
      image: 'hello-site:{number}',
      target: 'export',
      source: { location: 'demo/site' },
      problems: [
        {
          path: '',
          blocking: false,
          message: expect.stringMatching(/docker/i),
        },
      ],
    });
  });

  it('tells why builds wait where no builder is there, and what to do', async () => {
    const { body } = await submit({ entityRef: 'component:default/site' });
    let reason;
    do {
      reason = (await get(`/builds/${body.id}/wait-reason`)).body;
    } while (reason.code === 'NEXT');
    expect(reason).toMatchObject({
      waiting: true,
      code: 'TOOL_MISSING',
      message: expect.stringMatching(/^No executor can run it now\. .*docker/),
      hint: expect.stringContaining('imageFactory.executors.local.toolPaths.'),
    });
  });

  it.each([
    ['/builds?limit=0', /^limit in the query must be >= 1\. Correct it/],
    ['/builds?sort=password', /sort/],
    ['/builds?cursor=nonsense', /Start again without a cursor/],
    ['/builds?unknown=1', /unknown/],
    ['/builds?entityRef=%00', /NUL/],
    [
      '/builds/not-a-uuid',
      /^buildId in the path must match format "uuid"\. Correct it/,
    ],
  ])('refuses %s in words', async (path, message) => {
    const response = await get(path);
    expect(response.status).toBe(400);
    expect(response.body.error.message).toMatch(message);
  });

  it.each([
    '',
    '/steps',
    '/logs?step=build-image',
    '/artifacts',
    '/events',
    '/executions',
    '/wait-reason',
  ])('answers 404 for a build that there never was: %s', async path => {
    const response = await get(`/builds/${UNKNOWN}${path}`);
    expect(response.status).toBe(404);
    expect(response.body.error.message).toMatch(/There is no build/);
  });

  it('tells what methods and executors there are, and what is missing', async () => {
    expect((await get('/build-methods')).body.items).toMatchObject([
      {
        id: 'docker',
        inputs: { type: 'object' },
        executors: [{ executor: 'local', available: false }],
      },
    ]);
    expect((await get('/executors')).body.items).toMatchObject([
      {
        id: 'local',
        type: 'local',
        running: 0,
        maxRunning: 2,
        health: 'unavailable',
      },
    ]);
  });
});
