import { ClusterSettings, KubernetesClient } from '../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { findMissingPools } from './nativePools';

const NODE = json(200, { items: [{ metadata: { name: 'node-a' } }] });
const NONE = json(200, { items: [] });

describe('findMissingPools against a scripted API server', () => {
  const { signal } = new AbortController();
  let server: ScriptedApiServer;
  let client: KubernetesClient;

  async function find(
    platforms: string[],
    answers: Answer[],
    settings: Partial<ClusterSettings> = {},
  ) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    return findMissingPools({
      client,
      settings: {
        name: 'builds',
        nativePlatforms: [],
        placement: { nodeSelector: {}, tolerations: [], resources: undefined },
        ...settings,
      } as ClusterSettings,
      platforms,
      signal,
    });
  }

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('asks for one node of each platform, whatever its state', async () => {
    expect(
      await find(['linux/amd64', 'linux/arm/v7'], [NODE, NODE]),
    ).toBeUndefined();
    expect(server.asked.map(({ path, query }) => [path, query])).toEqual([
      [
        '/api/v1/nodes',
        {
          labelSelector: 'kubernetes.io/os=linux,kubernetes.io/arch=amd64',
          limit: '1',
        },
      ],
      [
        '/api/v1/nodes',
        {
          labelSelector: 'kubernetes.io/os=linux,kubernetes.io/arch=arm64',
          limit: '1',
        },
      ],
    ]);
  });

  it('says which platforms have none, and what can be done', async () => {
    expect(
      await find(
        ['linux/amd64', 'linux/s390x', 'linux/ppc64le'],
        [NODE, NONE, NONE],
      ),
    ).toEqual({
      class: 'user',
      message:
        'No node of the cluster builds is linux/s390x or linux/ppc64le, which native needs.',
      hint: expect.stringMatching(
        /^Build with platform-strategy single-pod \(emulated\), or leave the platforms out\. .*nativePlatforms/,
      ),
    });
  });

  it('looks among the nodes alone that builds may have', async () => {
    expect(
      await find(['linux/amd64'], [NONE], {
        placement: {
          nodeSelector: { 'build-type': 'docker' },
          tolerations: [],
          resources: undefined,
        },
      }),
    ).toMatchObject({
      message:
        'No node of the cluster builds with the labels build-type=docker is linux/amd64, which native needs.',
    });
    expect(server.asked[0].query.labelSelector).toBe(
      'build-type=docker,kubernetes.io/os=linux,kubernetes.io/arch=amd64',
    );
  });

  it('counts a pool that is configured, also where no node of it is there', async () => {
    expect(
      await find(['linux/arm64', 'linux/arm/v7'], [], {
        nativePlatforms: ['linux/arm64'],
      }),
    ).toBeUndefined();
    expect(server.asked).toEqual([]);
  });

  it('refuses nothing where the cluster does not tell its nodes', async () => {
    const forbidden = json(403, { kind: 'Status', message: 'forbidden' });
    expect(await find(['linux/arm64'], [forbidden])).toBeUndefined();
  });
});
