import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Build,
  BuildPreview,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { GitRepository } from './__testUtils__/GitRepository';
import { GitServer } from './__testUtils__/GitServer';
import { describeWith } from './__testUtils__/engines';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(120_000);

const LOGIN = { username: 'portal', password: 'hunter2-of-the-host' };
const base = '/api/image-factory/v1';

describe('builds of sources in git, through the API', () => {
  let data: string;
  let server: GitServer;
  let app: GitRepository;
  /** Configured, and nothing listens there. */
  let gone: GitServer;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'image-factory-git-'));
    server = await GitServer.start({ login: LOGIN });
    app = await server.createRepository('team/app', {
      'site/Dockerfile': 'FROM scratch\nCOPY index.html /\n',
      'site/index.html': '<p>hello</p>\n',
    });
    await app.git('tag', 'v1');
    await app.commit({ 'docs/readme': 'x' });
    await server.createRepository('team/other', { a: '1' });
    gone = await GitServer.start();
    await gone.stop();
    const entity = (
      name: string,
      source: string,
      readFrom = `${app.url}/blob/main/catalog-info.yaml`,
    ) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name,
        annotations: {
          'backstage.io/managed-by-location': `url:${readFrom}`,
          'backstage.io/managed-by-origin-location': `url:${readFrom}`,
          'backstage.io/source-location': `url:${source}`,
          'image-factory.io/image': name,
        },
      },
      spec: { type: 'website', owner: 'group:default/guests' },
    });
    backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        catalogServiceMock.factory({
          entities: [
            entity('site', `${app.url}/tree/main/site/`),
            entity('docs', `${app.url}/tree/main/docs/`),
            entity('deputy', `${server.url}/team/other/tree/main/`),
            entity('gone', `${gone.url}/team/app/tree/main/`),
            entity('elsewhere', 'https://localhost:1/team/app/tree/main/'),
          ],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: data,
              sources: {
                git: {
                  hosts: [
                    { host: server.host, caFile: server.caFile, ...LOGIN },
                    { host: gone.host },
                  ],
                },
              },
              executors: { local: { toolOrder: ['buildah'] } },
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function preview(body: object): Promise<BuildPreview> {
    const response = await request(backend.server)
      .post(`${base}/builds/preview`)
      .send(body);
    expect(response.status).toBe(200);
    return response.body;
  }

  function submit(body: object) {
    return request(backend.server).post(`${base}/builds`).send(body);
  }

  async function end(id: string): Promise<Build> {
    for (;;) {
      const { body } = await request(backend.server).get(
        `${base}/builds/${id}`,
      );
      if (isTerminal(body.status)) return body;
      await delay(50);
    }
  }

  it('shows before anything is stored which commit it would be, and how the image would be named', async () => {
    const commit = await app.hash('main');
    expect(
      await preview({ entityRef: 'component:default/site' }),
    ).toMatchObject({
      image: `site:{number}-${commit.slice(0, 7)}`,
      source: {
        type: 'git',
        location: `${server.host}/team/app (site)`,
        ref: 'main',
        commit,
      },
      problems: expect.not.arrayContaining([
        expect.objectContaining({ blocking: true }),
      ]),
    });
  });

  it.each([
    ['site', { ref: 'nope' }, '/ref', /neither a branch nor a tag "nope"/],
    ['site', { ref: '--upload-pack=x' }, '/ref', /begins with a dash/],
    ['deputy', {}, '/source', /gives its own only to entities/],
    ['elsewhere', {}, '/source', /may not come from localhost:1/],
  ])(
    'says of %s with %j what is wrong, at preview and at submit',
    async (name, body, path, message) => {
      const asked = { entityRef: `component:default/${name}`, ...body };
      expect((await preview(asked)).problems).toContainEqual({
        path,
        blocking: true,
        message: expect.stringMatching(message),
      });
      const refused = await submit(asked);
      expect(refused.status).toBe(400);
      expect(refused.body.error.message).toMatch(message);
    },
  );

  it('says of a host that cannot be reached that the request may come again, rather than that it is wrong', async () => {
    const asked = { entityRef: 'component:default/gone' };
    const message = expect.stringMatching(
      /could not be reached.*submit again once the host answers\.$/,
    );
    expect((await preview(asked)).problems).toContainEqual({
      path: '/source',
      blocking: true,
      message,
    });
    const unanswered = await submit(asked);
    expect(unanswered.status).toBe(503);
    expect(unanswered.body.error).toMatchObject({
      name: 'ServiceUnavailableError',
      message,
    });
    const alsoWrong = await submit({ ...asked, image: 'Not An Image' });
    expect(alsoWrong.status).toBe(400);
  });

  it('refuses a ref that is too long to be one before it asks anybody', async () => {
    server.requests.length = 0;
    const refused = await submit({
      entityRef: 'component:default/site',
      ref: 'x'.repeat(251),
    });
    expect(refused.status).toBe(400);
    expect(server.requests).toEqual([]);
  });

  it('holds a build to its commit, rebuilds that commit, or the newest', async () => {
    const { body: held } = await submit({
      entityRef: 'component:default/site',
      start: false,
    });
    const first = await app.hash('main');
    expect(held).toMatchObject({
      source: { type: 'git', ref: 'main', commit: first },
      image: `site:${held.number}-${first.slice(0, 7)}`,
    });
    const second = await app.commit({ 'site/index.html': '<p>more</p>\n' });
    const rebuild = async (mode: string): Promise<Build> =>
      (
        await request(backend.server)
          .post(`${base}/builds/${held.id}/rebuild`)
          .send({ mode })
      ).body;
    const pinned = await rebuild('pinned');
    expect(pinned).toMatchObject({
      source: { commit: first },
      image: `site:${pinned.number}-${first.slice(0, 7)}`,
    });
    const latest = await rebuild('latest');
    expect(latest).toMatchObject({
      source: { ref: 'main', commit: second },
      image: `site:${latest.number}-${second.slice(0, 7)}`,
    });
    await Promise.all([pinned, latest].map(({ id }) => end(id)));
  });

  describeWith('buildah', 'built by Buildah', () => {
    it('completes at the ref that was asked for, and leaves no login and no workspace behind', async () => {
      const { body } = await submit({
        entityRef: 'component:default/site',
        ref: 'v1',
      });
      const commit = await app.hash('v1');
      const build = await end(body.id);
      expect(build).toMatchObject({
        status: 'completed',
        source: { ref: 'v1', commit },
        image: `site:${build.number}-${commit.slice(0, 7)}`,
        digest: expect.stringMatching(/^sha256:/),
      });
      const { text } = await request(backend.server)
        .get(`${base}/builds/${build.id}/logs`)
        .set('Accept', 'text/plain');
      expect(text).toContain(`Fetching commit ${commit} (v1)`);
      expect(text).not.toContain(LOGIN.password);
      const left = await readdir(data, { recursive: true });
      expect(left.filter(path => /login|repository$|\.git/.test(path))).toEqual(
        [],
      );
    });

    it('fails for want of a Dockerfile with the class user, its sentence and one attempt', async () => {
      const { body } = await submit({ entityRef: 'component:default/docs' });
      expect(await end(body.id)).toMatchObject({
        status: 'failed',
        attempt: 1,
        failure: {
          class: 'user',
          rule: 'dockerfile-missing',
          step: 'build-image',
          message: 'There is no Dockerfile at "Dockerfile" in the source.',
          hint: expect.stringContaining('set dockerfile-path'),
        },
      });
    });

    it('fails for a commit that is gone with the class user', async () => {
      const { body } = await submit({
        entityRef: 'component:default/site',
        ref: '0123456789'.repeat(4),
      });
      expect(await end(body.id)).toMatchObject({
        status: 'failed',
        attempt: 1,
        failure: {
          class: 'user',
          step: 'clone-repo',
          message: expect.stringContaining('has no commit 0123456789'),
          hint: expect.stringContaining('Check the hash'),
        },
      });
    });

    it('waits for the next attempt where the host is out of order', async () => {
      const { body: held } = await submit({
        entityRef: 'component:default/site',
        start: false,
      });
      server.failWith(503);
      try {
        await request(backend.server).post(`${base}/builds/${held.id}/start`);
        let build: Build;
        do {
          await delay(50);
          ({ body: build } = await request(backend.server).get(
            `${base}/builds/${held.id}`,
          ));
        } while (!build.notBefore);
        expect(build).toMatchObject({
          status: 'queued',
          attempt: 1,
          failure: {
            class: 'infrastructure',
            message: expect.stringContaining('has answered 503'),
          },
        });
      } finally {
        server.failWith(undefined);
        await request(backend.server).post(`${base}/builds/${held.id}/cancel`);
      }
    });
  });
});
