import { KubernetesClient } from '../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
  page,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { NodeLoss } from './NodeLoss';
import { pod } from './__testUtils__/runStates';

const DELETED = pod({
  isBeingDeleted: true,
  containers: [{ name: 'step-build-image', state: { running: {} } }],
});

function node(status: 'True' | 'Unknown'): Answer {
  return json(200, {
    metadata: { resourceVersion: '1' },
    items: [
      {
        metadata: { name: 'node-a' },
        status: {
          conditions: [
            { type: 'MemoryPressure', status: 'False' },
            {
              type: 'Ready',
              status,
              reason: 'NodeStatusUnknown',
              message: 'Kubelet stopped posting node status.',
              lastTransitionTime: '2026-11-01T10:00:00Z',
            },
          ],
        },
      },
    ],
  });
}

describe('NodeLoss against a scripted API server', () => {
  const { signal } = new AbortController();
  let server: ScriptedApiServer;
  let client: KubernetesClient;
  let now = 0;

  async function start(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    now = 0;
    return new NodeLoss({ client, steady: () => now });
  }

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('asks for no node while no pod is deleted, or once all in it has ended', async () => {
    const loss = await start();
    const ended = {
      ...DELETED.containers[0],
      state: { terminated: { exitCode: 0 } },
    };
    const pods = [pod(), { ...DELETED, containers: [ended] }];
    expect(await loss.find(pods, signal)).toBeUndefined();
    expect(server.asked).toEqual([]);
  });

  it('names the node of a deleted pod that does not answer, as the cluster says it', async () => {
    const loss = await start(node('Unknown'));
    expect(await loss.find([DELETED], signal)).toEqual({
      node: 'node-a',
      message:
        'The node node-a, which ran the build, is lost: NodeStatusUnknown since 2026-11-01T10:00:00Z, Kubelet stopped posting node status.',
    });
    const [{ path, query }] = server.asked;
    expect(path).toBe('/api/v1/nodes');
    expect(query).toEqual({ fieldSelector: 'metadata.name=node-a' });
  });

  it('names the node that is no longer there', async () => {
    const loss = await start(page('1', []));
    expect(await loss.find([DELETED], signal)).toEqual({
      node: 'node-a',
      message:
        'The node node-a, which ran the build, is lost: it is no longer in the cluster.',
    });
  });

  it('finds the lost one among the nodes of several pods, and asks for none of a pod that runs no build', async () => {
    const loss = await start(node('True'), node('Unknown'));
    const pods = [
      // It holds the place of a volume.
      pod({ ...DELETED, uid: 'pod-0', node: 'node-0', taskRun: undefined }),
      DELETED,
      pod({ ...DELETED, uid: 'pod-2', name: 'on-node-b', node: 'node-b' }),
    ];
    expect(await loss.find(pods, signal)).toMatchObject({ node: 'node-b' });
    expect(server.asked.map(({ query }) => query.fieldSelector)).toEqual([
      'metadata.name=node-a',
      'metadata.name=node-b',
    ]);
  });

  it('gives a node that is ready the time to end its pod, and asks now and then', async () => {
    const loss = await start(node('True'), node('True'), node('True'));
    expect(await loss.find([DELETED], signal)).toBeUndefined();
    now = 1_000;
    expect(await loss.find([DELETED], signal)).toBeUndefined();
    expect(server.asked).toHaveLength(1);
    now = 30_000;
    expect(await loss.find([DELETED], signal)).toBeUndefined();
    now = 200_000;
    expect(await loss.find([DELETED], signal)).toEqual({
      node: 'node-a',
      message:
        'The node node-a, which ran the build, does not end its pod docker-1-build-pod, which was deleted.',
    });
  });

  it('goes by the time alone where the portal may not list nodes', async () => {
    const forbidden = json(403, {});
    const loss = await start(forbidden, forbidden);
    expect(await loss.find([DELETED], signal)).toBeUndefined();
    now = 200_000;
    expect(await loss.find([DELETED], signal)).toMatchObject({
      message: expect.stringMatching(/does not end its pod/),
    });
  });
});
