import { mockServices } from '@backstage/backend-test-utils';
import { KubernetesClient } from '../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { PipelineRun, RUN_ANNOTATIONS, RUN_LABELS } from '../../templates';
import { createOrAdopt } from './createOrAdopt';

const PATH = '/apis/tekton.dev/v1/namespaces/team-a/pipelineruns';
const RUN = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: {
    name: 'docker-1',
    namespace: 'team-a',
    labels: { [RUN_LABELS.instance]: 'test', [RUN_LABELS.build]: 'build-1' },
    annotations: {
      [RUN_ANNOTATIONS.execution]: 'execution-1',
      [RUN_ANNOTATIONS.specHash]: 'sha256:1',
    },
  },
  spec: {},
} as unknown as PipelineRun;

const answer = (status: number, message = ''): Answer =>
  json(status, { kind: 'Status', message });

describe('createOrAdopt against a scripted API server', () => {
  const { signal } = new AbortController();
  let server: ScriptedApiServer;
  let client: KubernetesClient;
  const logger = mockServices.logger.mock();

  async function create(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    return createOrAdopt({
      client,
      pipelineRun: RUN,
      // As short as pauses get.
      random: () => -0.5,
      logger,
      signal,
    });
  }

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('creates a run strictly, so that no field is dropped in silence', async () => {
    expect(await create(json(201, RUN))).toEqual({ ok: true });
    const [{ method, path, query }] = server.asked;
    expect({ method, path }).toEqual({ method: 'POST', path: PATH });
    expect(query).toEqual({ fieldValidation: 'Strict' });
  });

  it('adopts the run that is there where it is the same, as after an answer that was lost', async () => {
    expect(
      await create(response => response.destroy(), answer(409), json(200, RUN)),
    ).toEqual({ ok: true });
    expect(server.asked.map(({ method }) => method)).toEqual([
      'POST',
      'POST',
      'GET',
    ]);
  });

  it('adopts its run also where it would be made in another way today', async () => {
    const annotations = {
      ...RUN.metadata.annotations,
      [RUN_ANNOTATIONS.specHash]: 'sha256:2',
    };
    const found = { ...RUN, metadata: { ...RUN.metadata, annotations } };
    expect(await create(answer(409), json(200, found))).toEqual({ ok: true });
  });

  it('waits for a quota that the cluster has not counted yet', async () => {
    const notYet = answer(
      403,
      'pipelineruns.tekton.dev "docker-1" is forbidden: status unknown for quota: image-builds, resources: count/pipelineruns.tekton.dev',
    );
    expect(await create(notYet, notYet, json(201, RUN))).toEqual({ ok: true });
    await server.stop();
    expect(await create(...Array(8).fill(notYet))).toMatchObject({
      ok: false,
      failure: {
        class: 'infrastructure',
        message: expect.stringContaining('has not counted yet'),
        hint: expect.stringContaining('up to five minutes'),
      },
    });
  });

  it.each([
    ['labels', { labels: { ...RUN.metadata.labels, [RUN_LABELS.build]: 'x' } }],
    [
      'execution',
      {
        annotations: {
          // Whoever may create runs there can look at one, and guess the next name.
          ...RUN.metadata.annotations,
          [RUN_ANNOTATIONS.execution]: 'execution-0',
        },
      },
    ],
  ])('refuses a run of that name with other %s', async (_, changes) => {
    const metadata = { ...RUN.metadata, ...changes };
    expect(
      await create(answer(409), json(200, { ...RUN, metadata })),
    ).toMatchObject({
      ok: false,
      failure: {
        class: 'infrastructure',
        message: expect.stringContaining('not the one of this build'),
      },
    });
  });

  it('creates the run where the one of its name is gone meanwhile', async () => {
    expect(await create(answer(409), answer(404), json(201, RUN))).toEqual({
      ok: true,
    });
  });

  it.each([
    [400, 'strict decoding error', 'template', /refuses what the pipeline/],
    [403, 'exceeded quota: a', 'infrastructure', /team-a has no room/],
    [403, 'cannot create', 'infrastructure', /does not let the portal create/],
    [404, 'namespaces "a"', 'infrastructure', /has no place for/],
  ])(
    'explains HTTP %p, %p at once',
    async (status, words, failureClass, message) => {
      expect(await create(answer(status, words))).toMatchObject({
        ok: false,
        failure: {
          class: failureClass,
          message: expect.stringMatching(message),
          hint: expect.any(String),
        },
      });
      expect(server.asked).toHaveLength(1);
    },
  );

  it.each([
    [401, 'Unauthorized', /refuses the login of the portal/],
    [500, 'failed calling webhook', /does not check new runs now/],
    [503, 'shutting down', /does not take the build/],
  ])(
    'explains HTTP %p, %p after it has tried again',
    async (status, words, message) => {
      const answers = Array.from({ length: 8 }, () => answer(status, words));
      expect(await create(...answers)).toMatchObject({
        ok: false,
        failure: {
          class: 'infrastructure',
          message: expect.stringMatching(message),
        },
      });
      expect(server.asked).toHaveLength(8);
    },
  );

  const ADDRESS = '10.20.30.40:6443';
  const ACCOUNT = 'system:serviceaccount:portal:image-factory';

  it.each([
    [401, `Unauthorized by ${ADDRESS}`],
    [403, `User "${ACCOUNT}" cannot create resource "pipelineruns"`],
    [
      500,
      `failed calling webhook "w": Post "https://w.svc:443/": dial tcp ${ADDRESS}`,
    ],
    [503, `no endpoints at ${ADDRESS} for ${ACCOUNT}`],
  ])(
    'has the words of HTTP %p for the log alone, since they name addresses and accounts',
    async (status, words) => {
      logger.warn.mockClear();
      const answers = Array.from({ length: 8 }, () => answer(status, words));
      const told = JSON.stringify(await create(...answers));
      expect(told).not.toContain(ADDRESS);
      expect(told).not.toContain(ACCOUNT);
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining(words));
    },
  );

  it('says of a cluster without an answer that it gives none, and its address to the log alone', async () => {
    logger.warn.mockClear();
    const cut: Answer = response => response.destroy();
    const created = await create(...Array.from({ length: 8 }, () => cut));
    expect(created).toMatchObject({
      failure: { message: 'The cluster does not answer.' },
    });
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('gives no answer'),
    );
  });
});
