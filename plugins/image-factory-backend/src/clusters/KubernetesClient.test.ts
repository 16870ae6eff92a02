import { KubernetesError } from './KubernetesError';
import { KubernetesClient } from './KubernetesClient';
import { freePort } from '../__testUtils__/freePort';
import {
  Answer,
  ScriptedApiServer,
  json,
} from './__testUtils__/ScriptedApiServer';

const PATH = '/api/v1/namespaces/team-a/pods';

describe('KubernetesClient against a scripted API server', () => {
  const { signal } = new AbortController();
  let server: ScriptedApiServer;
  let client: KubernetesClient;

  async function start(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    return client;
  }

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  const failure = (work: Promise<unknown>): Promise<KubernetesError> =>
    work.then(
      () => {
        throw new Error('it went well');
      },
      error => error,
    );

  it('asks as whoever it is at that moment', async () => {
    await start(json(200, {}), json(200, {}));
    await client.get(PATH, signal, { limit: 1, continue: undefined });
    server.renewToken('token-2');
    await client.get(PATH, signal);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(server.asked[0].query).toEqual({ limit: '1' });
  });

  it('sends a patch as what it is', async () => {
    await start(json(200, {}));
    const operations = [
      { op: 'add', path: '/spec/status', value: 'Cancelled' },
    ];
    await client.patch(`${PATH}/a`, operations, signal);
    const [{ method, headers, body }] = server.asked;
    expect(method).toBe('PATCH');
    expect(headers['content-type']).toBe('application/json-patch+json');
    expect(JSON.parse(body)).toEqual(operations);
  });

  it('tells what the server says in its own words, and which fields it refuses', async () => {
    const causes = [{ field: 'spec.params', message: 'unknown' }];
    await start(
      json(422, {
        kind: 'Status',
        message: 'the object is invalid',
        reason: 'Invalid',
        details: { causes },
      }),
    );
    const error = await failure(client.create(PATH, {}, signal));
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({
      message: `POST ${PATH}: the object is invalid`,
      status: 422,
      reason: 'Invalid',
      causes,
      isPassing: false,
    });
  });

  it('quotes the beginning of a page that no API server has made', async () => {
    await start(response => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(`<html><h1>Bad Gateway</h1>${'x'.repeat(1_000)}`);
    });
    const { message, status, isPassing } = await failure(
      client.get(PATH, signal),
    );
    expect(message).toContain(`GET ${PATH}: HTTP 502, <html><h1>Bad Gateway`);
    expect(message.length).toBeLessThan(300);
    expect({ status, isPassing }).toEqual({ status: 502, isPassing: true });
  });

  it.each([
    [401, true],
    [403, false],
    [404, false],
    [409, false],
    [429, true],
    [500, true],
  ])('knows of HTTP %p whether it passes: %p', async (status, isPassing) => {
    await start(json(status, {}));
    expect(await failure(client.get(PATH, signal))).toMatchObject({
      message: `GET ${PATH}: HTTP ${status}, {}`,
      isPassing,
    });
  });

  it('says that no answer comes where the connection is cut before or in one', async () => {
    await start(
      response => response.destroy(),
      response => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"kind":', () => response.destroy());
      },
    );
    for (const work of [client.get(PATH, signal), client.get(PATH, signal)]) {
      expect(await failure(work)).toMatchObject({
        message: expect.stringMatching(/the API server gives no answer \(/),
        status: undefined,
        isPassing: true,
      });
    }
  });

  it('says that no answer comes where nobody listens', async () => {
    await start();
    const port = await freePort();
    const lonely = KubernetesClient.create({
      login: {
        getCurrentCluster: () => ({
          name: 'nobody',
          server: `http://127.0.0.1:${port}`,
          skipTLSVerify: false,
        }),
        applyToHTTPSOptions: async () => undefined,
      },
    });
    expect(await failure(lonely.get(PATH, signal))).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      isPassing: true,
    });
    await lonely.close();
  });

  it('counts neither the time that a login takes, nor a server that was given none to answer in', async () => {
    await start(json(200, {}));
    const told: number[] = [];
    const slow = server.client(({ milliseconds }) => told.push(milliseconds), {
      loginMs: 500,
    });
    await slow.get(PATH, signal);
    expect(told).toEqual([expect.any(Number)]);
    expect(told[0]).toBeLessThan(400);
    await failure(slow.get(PATH, AbortSignal.timeout(600)));
    await failure(slow.get(PATH, AbortSignal.timeout(100)));
    await slow.close();
    expect(told).toHaveLength(1);
  });

  it('makes each token known before it is used, and the last few only', async () => {
    await start(...Array.from({ length: 6 }, () => json(200, {})));
    const known = new Set<string>();
    const client2 = server.client(undefined, {
      onSecret: value => {
        known.add(value);
        return () => known.delete(value);
      },
    });
    await client2.get(PATH, signal);
    expect([...known]).toEqual(['token-1']);
    await client2.get(PATH, signal);
    for (const token of ['token-2', 'token-3', 'token-4']) {
      server.renewToken(token);
      await client2.get(PATH, signal);
    }
    await client2.close();
    expect([...known]).toEqual(['token-2', 'token-3', 'token-4']);
  });

  it('gives a stream up that has been silent for too long', async () => {
    await start(response => response.write('one\n'));
    const stream = await client.stream(PATH, {}, signal, 100);
    const read: string[] = [];
    const reading = (async () => {
      for await (const piece of stream) read.push(piece.toString());
    })();
    expect(await failure(reading)).toMatchObject({
      message: expect.stringContaining('gives no answer'),
      isPassing: true,
    });
    expect(read).toEqual(['one\n']);
  });

  it('ends with the reason of whoever does not want the answer any more', async () => {
    await start(() => undefined);
    const leave = new AbortController();
    const asking = failure(client.get(PATH, leave.signal));
    await server.untilAsked(1);
    leave.abort(new Error('left'));
    expect((await asking).message).toBe('left');
  });

  it('tells how the server has answered, and of one that was given up waiting for, but not of what nobody waits for any more', async () => {
    await start(json(200, {}), json(503, {}));
    const told: (number | undefined)[] = [];
    const watched = server.client(({ status }) => told.push(status));
    await watched.get(PATH, signal);
    await failure(watched.get(PATH, signal));
    await failure(watched.get(PATH, AbortSignal.timeout(2_100)));
    const lost = new AbortController();
    const asked = failure(watched.get(PATH, lost.signal));
    await server.untilAsked(4);
    lost.abort();
    await asked;
    await watched.close();
    expect(told).toEqual([200, 503, undefined]);
  });
});
