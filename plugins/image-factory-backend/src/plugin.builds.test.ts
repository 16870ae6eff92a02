import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Artifact,
  Build,
  Metric,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import request from 'supertest';
import { describeWith } from './__testUtils__/engines';
import { EXAMPLES, exampleComponent } from './__testUtils__/exampleComponent';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(120_000);

const run = promisify(execFile);

describeWith(['buildah', 'skopeo'], 'a build through the API', () => {
  let data: string;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'image-factory-builds-'));
    const entities = ['hello-site', 'broken-dockerfile'].map(name =>
      exampleComponent(name),
    );
    backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        catalogServiceMock.factory({ entities }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: data,
              sources: { directories: [{ name: 'examples', path: EXAMPLES }] },
              executors: { local: { toolOrder: ['buildah'] } },
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
    await rm(data, { recursive: true, force: true });
  });

  const base = '/api/image-factory/v1';

  async function get<T>(path: string): Promise<T> {
    const response = await request(backend.server).get(`${base}${path}`);
    expect(response.status).toBe(200);
    return response.body;
  }

  async function buildToEnd(name: string): Promise<Build> {
    const { body } = await request(backend.server)
      .post(`${base}/builds`)
      .send({ entityRef: `component:default/${name}` });
    for (;;) {
      const build = await get<Build>(`/builds/${body.id}`);
      if (isTerminal(build.status)) return build;
      await delay(50);
    }
  }

  it('completes with a digest that skopeo finds in the archive', async () => {
    const build = await buildToEnd('hello-site');
    expect(build).toMatchObject({
      status: 'completed',
      attempt: 1,
      executor: 'local',
      image: `hello-site:${build.number}`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      sizeBytes: expect.any(Number),
    });
    const { items } = await get<{ items: Artifact[] }>(
      `/builds/${build.id}/artifacts`,
    );
    expect(JSON.stringify(items)).not.toContain('blobKey');
    const archive = items.find(each => each.type === 'image-archive')!;
    const path = `${base}/builds/${build.id}/artifacts/${archive.id}/download`;
    const whole = await request(backend.server).get(path).responseType('blob');
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({
      'content-length': String(archive.sizeBytes),
      'content-disposition': `attachment; filename="${archive.name}"`,
    });
    const file = join(data, archive.name);
    await writeFile(file, whole.body);
    const { stdout } = await run('skopeo', ['inspect', `oci-archive:${file}`]);
    expect(JSON.parse(stdout).Digest).toBe(build.digest);

    const part = await request(backend.server)
      .get(path)
      .set('Range', 'bytes=100-199')
      .responseType('blob');
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(
      `bytes 100-199/${archive.sizeBytes}`,
    );
    expect(part.body).toEqual(whole.body.subarray(100, 200));
    const beyond = await request(backend.server)
      .get(path)
      .set('Range', `bytes=${archive.sizeBytes}-`);
    expect(beyond.status).toBe(416);
  });

  it('tells what was measured of it', async () => {
    const build = await buildToEnd('hello-site');
    const { items } = await get<{ items: Metric[] }>(
      `/builds/${build.id}/metrics`,
    );
    expect(items).toEqual(
      expect.arrayContaining([
        {
          attempt: 1,
          name: 'image-size',
          value: build.sizeBytes,
          unit: 'bytes',
        },
        {
          attempt: 1,
          name: 'queue-wait',
          value:
            (Date.parse(build.startedAt!) - Date.parse(build.queuedAt!)) / 1000,
          unit: 'seconds',
        },
        {
          attempt: 1,
          step: 'clone-repo',
          name: 'source-size',
          value: expect.any(Number),
          unit: 'bytes',
        },
        {
          attempt: 1,
          step: 'build-image',
          name: 'duration',
          value: expect.any(Number),
          unit: 'seconds',
        },
      ]),
    );
  });

  it('keeps the log by ranges and as one text', async () => {
    const build = await buildToEnd('hello-site');
    const steps = await get<{ items: { name: string; logBytes: number }[] }>(
      `/builds/${build.id}/steps`,
    );
    expect(steps.items.map(step => step.name)).toEqual([
      'clone-repo',
      'build-image',
      'push-image',
    ]);
    const [, step] = steps.items;
    const read = (offset: number) =>
      get<{ text: string; nextOffset: number; complete: boolean }>(
        `/builds/${build.id}/logs?step=build-image&offset=${offset}&maxBytes=1024`,
      );
    const first = await read(0);
    expect(first.text).toContain('FROM scratch');
    const last = await read(step.logBytes);
    expect(last).toMatchObject({
      text: '',
      nextOffset: step.logBytes,
      complete: true,
    });
    const beyond = await request(backend.server).get(
      `${base}/builds/${build.id}/logs?step=build-image&offset=${
        step.logBytes + 1
      }`,
    );
    expect(beyond.status).toBe(400);
    const unknown = await request(backend.server).get(
      `${base}/builds/${build.id}/logs?step=nope`,
    );
    expect(unknown.status).toBe(404);
    expect(unknown.body.error.message).toMatch(
      /clone-repo, build-image, push-image/,
    );
    const text = await request(backend.server)
      .get(`${base}/builds/${build.id}/logs`)
      .set('Accept', 'text/plain');
    expect(text.headers['content-type']).toMatch(/^text\/plain/);
    expect(text.text).toContain('==> build-image (completed)');
    expect(text.text).toContain(first.text);
    const one = await request(backend.server)
      .get(`${base}/builds/${build.id}/logs?step=clone-repo`)
      .set('Accept', 'text/plain');
    expect(one.text).toContain('==> clone-repo');
    expect(one.text).not.toContain('==> build-image');
    const saved = await request(backend.server).get(
      `${base}/builds/${build.id}/logs/download`,
    );
    expect(saved.text).toBe(text.text);
    expect(saved.headers['content-disposition']).toBe(
      `attachment; filename="hello-site-${build.number}-attempt-1.log"`,
    );
    const unnamed = await request(backend.server)
      .get(`${base}/builds/${build.id}/logs`)
      .set('Accept', 'application/json');
    expect(unnamed.status).toBe(400);
    expect(unnamed.body.error.message).toMatch(/Name it with \?step=/);
  });

  it('tells of a broken Dockerfile what fails, where, why and the fix', async () => {
    const build = await buildToEnd('broken-dockerfile');
    expect(build).toMatchObject({
      status: 'failed',
      attempt: 1,
      failure: {
        class: 'user',
        step: 'build-image',
        file: 'Dockerfile',
        line: expect.any(Number),
        instruction: expect.any(String),
        message: expect.any(String),
        hint: expect.any(String),
        evidenceLine: expect.any(Number),
      },
    });
    expect(
      await get<{ items: Artifact[] }>(`/builds/${build.id}/artifacts`),
    ).toEqual({ items: [] });
  });
});
