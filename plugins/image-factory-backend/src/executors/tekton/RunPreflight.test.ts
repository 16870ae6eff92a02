import { mockServices } from '@backstage/backend-test-utils';
import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { KubernetesClient } from '../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { PipelineRun, renderPipelineRun } from '../../templates';
import { renderInput } from '../../templates/__testUtils__/renderInput';
import { RenderedRun } from './renderRun';
import { RunPreflight } from './RunPreflight';

const CONFIG = {
  method: 'docker',
  image: { reference: 'r.example.com/a:{number}', tags: ['b-{number}'] },
} as BuildConfig;
const REQUEST = { config: CONFIG, requestedBy: 'user:default/guest' };

function run(overrides: Parameters<typeof renderInput>[0] = {}): PipelineRun {
  const rendered = renderPipelineRun(renderInput(overrides));
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  return rendered.pipelineRun;
}

describe('RunPreflight against a scripted API server', () => {
  const { signal } = new AbortController();
  let server: ScriptedApiServer;
  let client: KubernetesClient;
  let now = 0;
  const logger = mockServices.logger.mock();

  async function preflight(rendered: RenderedRun, ...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    return new RunPreflight({
      client: async () => client,
      render: async () => rendered,
      logger,
      steady: () => now,
    });
  }

  const asRendered = (pipelineRun: PipelineRun): RenderedRun => ({
    ok: true,
    namespace: 'team-a',
    pipelineRun,
  });

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('asks strictly and leaves nothing there', async () => {
    const subject = await preflight(asRendered(run()), json(201, {}));
    expect(await subject.run(REQUEST, signal)).toEqual({ problems: [] });
    const [{ method, path, query }] = server.asked;
    expect({ method, path, query }).toEqual({
      method: 'POST',
      path: '/apis/tekton.dev/v1/namespaces/team-a/pipelineruns',
      query: { dryRun: 'All', fieldValidation: 'Strict' },
    });
  });

  it('takes a number for the one that the build does not have yet', async () => {
    server = await ScriptedApiServer.start(json(201, {}));
    client = server.client();
    const images: unknown[] = [];
    await new RunPreflight({
      client: async () => client,
      render: async ({ config }) => {
        images.push(config.image);
        return asRendered(run());
      },
      logger,
      steady: () => now,
    }).run(REQUEST, signal);
    expect(images).toEqual([{ reference: 'r.example.com/a:1', tags: ['b-1'] }]);
  });

  it('tells what the cluster refuses, with the path of the field', async () => {
    const subject = await preflight(
      asRendered(run()),
      json(400, {
        kind: 'Status',
        message:
          'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: missing field(s): spec.pipelineSpec.tasks[0].name',
      }),
    );
    expect(await subject.run(REQUEST, signal)).toEqual({
      problems: [
        expect.stringMatching(
          /^The cluster refuses what the pipeline template makes of this build: .*spec\.pipelineSpec\.tasks\[0\]\.name.*A portal admin corrects the pipeline template\.$/,
        ),
      ],
    });
  });

  it('asks for the same run once in a while, and for another at once', async () => {
    const first = run();
    let rendered = asRendered(first);
    server = await ScriptedApiServer.start(
      json(400, { kind: 'Status', message: 'missing field(s): spec.a' }),
      json(201, {}),
      json(201, {}),
    );
    client = server.client();
    const subject = new RunPreflight({
      client: async () => client,
      render: async () => rendered,
      logger,
      steady: () => now,
    });
    const missing = await subject.run(REQUEST, signal);
    expect(missing.problems[0]).toMatch(/missing field\(s\): spec\.a/);
    expect(await subject.run(REQUEST, signal)).toEqual(missing);
    expect(server.asked).toHaveLength(1);

    rendered = asRendered(run({ platforms: ['linux/arm64'] }));
    expect((await subject.run(REQUEST, signal)).problems).toEqual([]);
    expect(server.asked).toHaveLength(2);

    now += 60_001;
    rendered = asRendered(first);
    expect((await subject.run(REQUEST, signal)).problems).toEqual([]);
    expect(server.asked).toHaveLength(3);
  });

  it.each([
    [403, 'exceeded quota: image-builds', /has no room/],
    [404, 'namespaces "team-a" not found', /makes the namespace/],
    [429, 'too many requests', /HTTP 429/],
    [500, 'etcd 10.20.30.40 is away', /HTTP 500/],
  ])(
    'asks again at once after a refusal that may pass: HTTP %p, %p',
    async (status, message, words) => {
      logger.warn.mockClear();
      const refusal = json(status, { kind: 'Status', message });
      const subject = await preflight(
        asRendered(run()),
        refusal,
        refusal,
        json(201, {}),
      );
      const { problems } = await subject.run(REQUEST, signal);
      expect(problems).toEqual([expect.stringMatching(words)]);
      expect(problems[0]).not.toContain('10.20.30.40');
      await subject.run(REQUEST, signal);
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringContaining(message),
      );
      expect((await subject.run(REQUEST, signal)).problems).toEqual([]);
      expect(server.asked).toHaveLength(3);
    },
  );

  it('tells why there is no run without asking the cluster', async () => {
    const subject = await preflight({
      ok: false,
      failure: {
        class: 'template',
        message: 'The cluster has no namespace.',
        hint: 'Name one.',
      },
    });
    expect(await subject.run(REQUEST, signal)).toEqual({
      problems: ['The cluster has no namespace. Name one.'],
    });
    expect(server.asked).toEqual([]);
  });

  it('sums up what the steps ask of a node, since all count for as long as the pod lives', async () => {
    const asking = run({
      resources: {
        requests: { cpu: '1500m', memory: '4Gi' },
        limits: { memory: '8Gi' },
      },
    });
    asking.spec.pipelineSpec.tasks[0].taskSpec.steps[0].computeResources = {
      requests: { cpu: '500m' },
    };
    const subject = await preflight(asRendered(asking), json(201, {}));
    expect((await subject.run(REQUEST, signal)).requests).toEqual({
      cpuCores: 2,
      memoryBytes: 4 * 1024 ** 3,
    });
  });
});
