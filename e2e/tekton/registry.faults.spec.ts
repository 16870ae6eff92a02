import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { Cluster } from '../cluster/Cluster';
import { registrySettings } from './support/createExecutor';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds on the real cluster whose registry cannot be reached as the tags are set', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('fails the step push-image of a registry whose certificate the portal does not trust, in the words of that', async () => {
    const trusting = registrySettings(fixture.cluster);
    const executor = fixture.another({
      registries: [{ ...trusting, ca: undefined }],
    });
    const run = await FollowedRun.start(executor, fixture.scripted({}));
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        step: 'push-image',
        message: expect.stringMatching(
          new RegExp(`${trusting.host}.*certificate`),
        ),
      },
    });
    expect(run.collected.steps.at(-1)).toMatchObject({
      name: 'push-image',
      status: 'failed',
    });
    expect(run.collected.artifacts.map(({ type }) => type)).not.toContain(
      'image',
    );
  });

  test('fails the step push-image where nobody listens at the address of the registry, after it has tried again', async () => {
    const host = `127.0.0.1:${await closedPort()}`;
    const executor = fixture.another({
      registries: [{ ...registrySettings(fixture.cluster), host }],
    });
    const run = await FollowedRun.start(
      executor,
      fixture.scripted(
        {},
        {
          image: {
            reference: `${host}/e2e/nowhere:1`,
            tags: [],
            delivery: 'push',
          },
        },
      ),
    );
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'infrastructure',
        step: 'push-image',
        message: expect.stringContaining(host),
      },
    });
    expect(run.collected.log('push-image')).toContain('Retry ');
    expect(run.collected.steps.at(-1)).toMatchObject({ status: 'failed' });
  });
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
