import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Artifact,
  Build,
  ClusterEventList,
  Executor,
  ExecutorReadiness,
  Step,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionUpdate,
  imageFactoryExecutorsExtensionPoint,
} from '@image-factory/backstage-plugin-image-factory-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { EXAMPLES, exampleComponent } from './__testUtils__/exampleComponent';
import { ScriptedExecutor } from './__testUtils__/ScriptedExecutor';
import { guests } from './__testUtils__/userInfo';
import { FilesystemBlobStore } from './blobs';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(60_000);

const YAML = 'apiVersion: tekton.dev/v1\nkind: PipelineRun\n';

/** As an executor of a cluster describes itself that has a place for one tenant. */
class ScriptedCluster extends ScriptedExecutor {
  /** What keeps the builds of that tenant from running. */
  obstacle: { message: string; hint: string } | undefined;
  looks = 0;

  async describe() {
    const tenant = 'group:default/guests';
    return {
      ...(await super.describe()),
      tenants: [tenant],
      blocked: this.obstacle ? [{ tenant, ...this.obstacle }] : [],
    };
  }

  async readiness({ refresh }: { refresh: boolean }) {
    if (refresh) this.looks += 1;
    return {
      ...(await super.readiness({ refresh })),
      status: 'warning' as const,
      findings: [
        { check: 'quota', status: 'warning' as const, message: 'It is full.' },
      ],
    };
  }
}

/** As one of a third party that has nothing to look at. */
class PlainExecutor extends ScriptedExecutor {
  override readiness = undefined as never;
}

describe('the API, of what a cluster reports', () => {
  const executor = new ScriptedCluster('eu-1');
  let data: string;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'image-factory-cluster-'));
    backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        createBackendModule({
          pluginId: 'image-factory',
          moduleId: 'scripted-cluster',
          register(env) {
            env.registerInit({
              deps: { executors: imageFactoryExecutorsExtensionPoint },
              async init({ executors }) {
                executors.addExecutor(executor);
                executors.addExecutor(new PlainExecutor('plain'));
              },
            });
          },
        }),
        catalogServiceMock.factory({
          entities: [exampleComponent('hello-site')],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: data,
              sources: { directories: [{ name: 'examples', path: EXAMPLES }] },
              executors: { local: { enabled: false } },
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

  async function get<T>(path: string): Promise<T> {
    const answer = await request(backend.server).get(
      `/api/image-factory/v1${path}`,
    );
    expect(answer.status).toBe(200);
    return answer.body;
  }

  async function until<T>(path: string, matches: (answer: T) => boolean) {
    for (;;) {
      const answer = await get<T>(path);
      if (matches(answer)) return answer;
      await delay(20);
    }
  }

  /** A build that the cluster has taken, and what has its run report something. */
  async function run() {
    const { body: build } = await request(backend.server)
      .post('/api/image-factory/v1/builds')
      .send({
        entityRef: 'component:default/hello-site',
        infrastructure: executor.id,
      });
    const path = `/builds/${build.id}`;
    await until<Build>(path, ({ status }) => status === 'running');
    const runs = await executor.started(executor.runs.size || 1);
    const { name } = runs.find(({ spec }) => spec.buildId === build.id)!.spec;
    return {
      path,
      report: (...updates: ExecutionUpdate[]) =>
        executor.report(name, ...updates),
    };
  }

  it('tells for whom an executor has a place', async () => {
    const { items } = await get<{ items: Executor[] }>('/executors');
    expect(items[0]).toMatchObject({
      id: 'eu-1',
      tenants: ['group:default/guests'],
    });
    expect(items[0]).not.toHaveProperty('blocked');
  });

  it('tells what a cluster needs, and looks again when it is asked to', async () => {
    const path = '/executors/eu-1/readiness';
    expect(await get<ExecutorReadiness>(path)).toMatchObject({
      status: 'warning',
      findings: [{ check: 'quota', status: 'warning', message: 'It is full.' }],
      namespaces: [],
    });
    expect(executor.looks).toBe(0);
    await get(`${path}?refresh=true`);
    expect(executor.looks).toBe(1);
  });

  it.each([
    ['plain', 'The executor plain has no cluster'],
    ['nowhere', 'There is no executor nowhere'],
  ])('has nothing to tell of the executor %s', async (id, words) => {
    const answer = await request(backend.server).get(
      `/api/image-factory/v1/executors/${id}/readiness`,
    );
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toContain(words);
  });

  it('holds a build back until what it needs is mended, and says what that is', async () => {
    executor.obstacle = {
      message: 'The namespace builds-guests does not exist.',
      hint: 'For a portal admin: make it.',
    };
    const { body: build } = await request(backend.server)
      .post('/api/image-factory/v1/builds')
      .send({
        entityRef: 'component:default/hello-site',
        infrastructure: executor.id,
      });
    const path = `/builds/${build.id}`;
    const wait = await until<WaitReason>(
      `${path}/wait-reason`,
      ({ code }) => code === 'EXECUTOR_UNAVAILABLE',
    );
    expect(wait).toMatchObject({
      message: `No executor can run it now. ${executor.obstacle.message}`,
      hint: executor.obstacle.hint,
    });
    executor.obstacle = undefined;
    await until<Build>(path, ({ status }) => status === 'running');
    const [{ spec }] = [...executor.runs.values()].slice(-1);
    executor.report(spec.name, {
      type: 'outcome',
      outcome: { status: 'completed' },
    });
    await until<Build>(path, ({ status }) => status === 'completed');
    executor.runs.delete(spec.name);
  });

  it('says of a build that the cluster has no place for what that is, before it is submitted and while it waits', async () => {
    const noPlace = {
      message: 'The cluster eu-1 has no namespace for group:default/guests.',
      hint: 'Name one.',
    };
    executor.noPlaceFor = () => noPlace;
    const asked = {
      entityRef: 'component:default/hello-site',
      infrastructure: executor.id,
    };
    const { body: preview } = await request(backend.server)
      .post('/api/image-factory/v1/builds/preview')
      .send(asked);
    expect(preview.problems).toContainEqual({
      path: '',
      blocking: false,
      message: `${noPlace.message} ${noPlace.hint}`,
    });
    expect(preview).not.toHaveProperty('executor');
    const { body: build } = await request(backend.server)
      .post('/api/image-factory/v1/builds')
      .send(asked);
    const path = `/builds/${build.id}`;
    expect(
      await until<WaitReason>(
        `${path}/wait-reason`,
        ({ code }) => code === 'EXECUTOR_UNAVAILABLE',
      ),
    ).toMatchObject({
      message: `No executor can run it now. ${noPlace.message}`,
      hint: noPlace.hint,
    });
    executor.noPlaceFor = () => undefined;
    await until<Build>(path, ({ status }) => status === 'running');
    const [{ spec }] = [...executor.runs.values()].slice(-1);
    executor.report(spec.name, {
      type: 'outcome',
      outcome: { status: 'completed' },
    });
    await until<Build>(path, ({ status }) => status === 'completed');
    executor.runs.delete(spec.name);
  });

  it('tells why a build is pending, and where its steps run', async () => {
    const { path, report } = await run();
    report({
      type: 'phase',
      phase: 'pending',
      reason: 'Unschedulable',
      message: '0/3 nodes are available.',
    });
    expect(
      await until<Build>(path, ({ phase }) => phase === 'pending'),
    ).toMatchObject({
      phaseReason: 'Unschedulable',
      phaseMessage: '0/3 nodes are available.',
    });

    const place = { image: 'builder@sha256:abc', pod: 'a-pod', node: 'worker' };
    report(
      { type: 'phase', phase: 'running' },
      {
        type: 'step',
        step: { name: 'build-image', ordinal: 0, status: 'running', ...place },
      },
    );
    const running = await until<Build>(
      path,
      build => build.phase === 'running',
    );
    expect(running).not.toHaveProperty('phaseReason');
    expect(running).not.toHaveProperty('phaseMessage');
    expect(await get<{ items: Step[] }>(`${path}/steps`)).toMatchObject({
      items: [{ name: 'build-image', ...place }],
    });
    report({ type: 'outcome', outcome: { status: 'completed' } });
    await until<Build>(path, ({ status }) => status === 'completed');
  });

  it('tells what the cluster has told of a build, also once it is over', async () => {
    const { path, report } = await run();
    const event = {
      key: 'event-1',
      type: 'Warning' as const,
      object: { kind: 'Pod', name: 'a-pod' },
      reason: 'FailedMount',
      message: 'secret "npm" not found',
      count: 4,
      firstSeenAt: '2026-11-01T10:00:00.000Z',
      lastSeenAt: '2026-11-01T10:01:00.000Z',
    };
    const events = `${path}/cluster-events`;
    expect(await get<ClusterEventList>(events)).toEqual({
      attempt: 1,
      items: [],
      truncated: false,
    });
    report({ type: 'cluster-event', event });
    await until<ClusterEventList>(events, ({ items }) => items.length > 0);
    report({ type: 'outcome', outcome: { status: 'completed' } });
    await until<Build>(path, ({ status }) => status === 'completed');
    expect(await get<ClusterEventList>(`${events}?attempt=1`)).toEqual({
      attempt: 1,
      items: [event],
      truncated: false,
    });
    const none = await request(backend.server).get(
      `/api/image-factory/v1${events}?attempt=2`,
    );
    expect(none.status).toBe(404);
  });

  it('keeps the PipelineRun of an attempt that was lost, and gives it to whoever asks for that attempt', async () => {
    const { path, report } = await run();
    const blobs = await FilesystemBlobStore.create({
      directory: join(data, 'blobs'),
    });
    await blobs.put('runs/lost', Readable.from([YAML]));
    report(
      {
        type: 'artifact',
        artifact: {
          type: 'pipeline-run',
          name: 'docker-lost-1',
          mediaType: 'application/yaml',
          blobKey: 'runs/lost',
        },
      },
      { type: 'outcome', outcome: { status: 'lost', message: 'Gone.' } },
    );
    await until<Build>(path, ({ status }) => status === 'queued');
    const artifacts = `${path}/artifacts`;
    const { items } = await get<{ items: Artifact[] }>(
      `${artifacts}?attempt=1`,
    );
    expect(items).toMatchObject([
      { type: 'pipeline-run', name: 'docker-lost-1' },
    ]);
    const api = request(backend.server);
    const file = await api.get(
      `/api/image-factory/v1${artifacts}/${items[0].id}/download`,
    );
    expect(file.status).toBe(200);
    const none = await api.get(`/api/image-factory/v1${artifacts}?attempt=2`);
    expect(none.status).toBe(404);
    await api.post(`/api/image-factory/v1${path}/cancel`);
    await until<Build>(path, ({ status }) => status === 'cancelled');
  });

  it('gives the PipelineRun as a file that editors know, beside no image', async () => {
    const { path, report } = await run();
    const blobs = await FilesystemBlobStore.create({
      directory: join(data, 'blobs'),
    });
    await blobs.put('run', Readable.from([YAML]));
    report({
      type: 'artifact',
      artifact: {
        type: 'pipeline-run',
        name: 'docker-abc-1',
        mediaType: 'application/yaml',
        blobKey: 'run',
      },
    });
    const { items } = await until<{ items: Artifact[] }>(
      `${path}/artifacts`,
      answer => answer.items.length > 0,
    );
    expect(items).toMatchObject([
      { type: 'pipeline-run', name: 'docker-abc-1', downloadable: true },
    ]);
    expect(await get<Build>(path)).not.toHaveProperty('digest');
    const file = await request(backend.server)
      .get(`/api/image-factory/v1${path}/artifacts/${items[0].id}/download`)
      .buffer(true)
      .parse((answer, done) => {
        let text = '';
        answer.on('data', part => {
          text += part;
        });
        answer.on('end', () => done(null, text));
      });
    expect(file.body).toBe(YAML);
    expect(file.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/yaml/),
      'content-disposition': 'attachment; filename="docker-abc-1.yaml"',
      'x-content-type-options': 'nosniff',
    });
    report({ type: 'outcome', outcome: { status: 'completed' } });
    await until<Build>(path, ({ status }) => status === 'completed');
  });
});
