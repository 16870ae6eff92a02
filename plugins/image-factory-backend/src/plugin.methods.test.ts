import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { guests } from './__testUtils__/userInfo';
import { imageFactoryPlugin } from './plugin';

jest.setTimeout(60_000);

describe('the build methods of a portal', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'image-factory-methods-'));
  });

  afterEach(async () => {
    await rm(data, { recursive: true, force: true });
  });

  async function methodsWith(executors: JsonObject): Promise<string[]> {
    const backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        catalogServiceMock.factory({ entities: [] }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: { dataDirectory: data, executors },
          },
        }),
      ],
    });
    try {
      const { body } = await request(backend.server).get(
        '/api/image-factory/v1/build-methods',
      );
      return body.items.map(({ id }: { id: string }) => id);
    } finally {
      await backend.stop();
    }
  }

  it('are docker alone where no cluster is configured', async () => {
    expect(await methodsWith({})).toEqual(['docker']);
  });

  it('are those that need a cluster as well once one is configured, whether it answers or not', async () => {
    expect(
      await methodsWith({
        kubernetes: {
          clusters: [
            {
              name: 'builds',
              url: 'https://127.0.0.1:1',
              serviceAccountToken: 'none',
            },
          ],
        },
      }),
    ).toEqual(['docker', 'buildx', 'kaniko']);
  });
});
