import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { NamespaceUsage } from './NamespaceUsage';

const SELECTOR = 'image-factory.io/instance=portal';

function metrics(memory: string): Answer {
  return json(200, {
    items: [
      {
        metadata: { name: 'docker-1-build-pod' },
        timestamp: '2026-11-01T10:00:30Z',
        window: '1m0.5s',
        containers: [
          { name: 'step-clone-repo', usage: { cpu: '0', memory: '3Mi' } },
          { name: 'step-build-image', usage: { cpu: '1250312n', memory } },
          { name: 'step-of-no-number', usage: { cpu: 'much', memory: '1' } },
          { name: 'step-that-tells-nothing' },
        ],
      },
    ],
  });
}

describe('NamespaceUsage against a scripted API server', () => {
  let server: ScriptedApiServer;
  let usage: NamespaceUsage | undefined;
  let told: unknown[];

  beforeEach(() => {
    told = [];
  });

  afterEach(async () => {
    await usage?.stop();
    await server.stop();
  });

  async function start(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    usage = NamespaceUsage.watch({
      client: server.client(answer => told.push(answer)),
      namespace: 'builds-a',
      labelSelector: SELECTOR,
      lookEveryMs: 5,
      askAgainMs: 600_000,
    });
    return usage;
  }

  it('tells what each container of the pods of this portal took when it was last asked for', async () => {
    const started = await start(metrics('1Gi'), metrics('2Gi'));
    expect(started.of('docker-1-build-pod')).toEqual([]);
    expect(await server.untilAsked(3)).toMatchObject({
      path: '/apis/metrics.k8s.io/v1beta1/namespaces/builds-a/pods',
      query: { labelSelector: SELECTOR },
    });
    expect(started.of('docker-1-build-pod')).toEqual([
      {
        container: 'step-clone-repo',
        memoryBytes: 3 * 1024 ** 2,
        cpuCores: 0,
        at: Date.parse('2026-11-01T10:00:30Z'),
        since: Date.parse('2026-11-01T09:59:29.5Z'),
      },
      {
        container: 'step-build-image',
        memoryBytes: 2 * 1024 ** 3,
        cpuCores: expect.closeTo(0.001250312, 9),
        at: expect.any(Number),
        since: expect.any(Number),
      },
    ]);
    expect(started.of('of-another')).toEqual([]);
  });

  it('forgets what it knew where the metrics server falls ill, asks on, and blames nobody for it', async () => {
    const started = await start(metrics('1Gi'), json(503, {}), metrics('3Gi'));
    await server.untilAsked(3);
    expect(started.of('docker-1-build-pod')).toEqual([]);
    await server.untilAsked(4);
    expect(started.of('docker-1-build-pod')).toHaveLength(2);
    expect(told).toEqual([]);
  });

  it.each([403, 404])(
    'does not ask again and again where the answer is %d',
    async status => {
      await start(json(status, {}), metrics('1Gi'));
      await server.untilAsked(1);
      await usage!.stop();
      expect(server.asked).toHaveLength(1);
    },
  );
});
