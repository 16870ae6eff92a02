import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import request from 'supertest';
import { CuttingProxy, seededRandom } from './__testUtils__/CuttingProxy';
import { LogClient, readEvents } from './__testUtils__/LogClient';
import { ScriptedBackend } from './__testUtils__/ScriptedBackend';

jest.setTimeout(120_000);

const SEEDS = [1, 2, 3];
const LINES = 20_000;

function step(status: 'running' | 'completed'): ExecutionUpdate {
  return {
    type: 'step',
    step: { name: 'build-image', ordinal: 0, status },
  };
}

function log(offset: number, bytes: Uint8Array): ExecutionUpdate {
  return { type: 'log', step: 'build-image', offset, bytes };
}

const COMPLETED: ExecutionUpdate = {
  type: 'outcome',
  outcome: { status: 'completed' },
};

describe('the stream of a log', () => {
  let backend: ScriptedBackend;

  beforeAll(async () => {
    backend = await ScriptedBackend.start();
  });

  afterAll(async () => {
    await backend.stop();
  });

  function streamUrl(buildId: string, base = backend.url('')): string {
    return `${base}/builds/${buildId}/logs/stream?step=build-image`;
  }

  it.each(SEEDS)(
    'gives two followers exactly the log, a slow one too, through a network that cuts every connection (seed %p)',
    async seed => {
      const { build, report } = await backend.run();
      const proxy = await CuttingProxy.start({ port: backend.port, seed });
      const { signal } = new AbortController();
      const random = seededRandom(seed);
      const text = Array.from(
        { length: LINES },
        (_, index) => `line ${index + 1}: täglich grüßt das Murmeltier 🐿\n`,
      ).join('');
      const bytes = Buffer.from(text);
      let reported = 0;
      /** The log grows only as it is followed, so that there is always more to come. */
      function grow() {
        if (reported >= bytes.length) return;
        const until = reported + Math.ceil(random() * 100_000);
        report(log(reported, bytes.subarray(reported, until)));
        reported = Math.min(until, bytes.length);
        if (reported === bytes.length) report(step('completed'), COMPLETED);
      }
      const base = `${proxy.url}/api/image-factory/v1`;
      let quickIsDone = false;
      let quickMoved: () => void = () => undefined;
      const quick = new LogClient({
        url: streamUrl(build.id, base),
        onRange: () => {
          grow();
          quickMoved();
        },
      });
      const slow = new LogClient({
        url: streamUrl(build.id, base),
        // It takes one range for each that the quick one takes.
        onRange: async () => {
          if (quickIsDone) return;
          await new Promise<void>(resolve => {
            quickMoved = resolve;
          });
        },
      });
      report(step('running'));
      grow();
      await Promise.all([
        quick.follow(signal).then(() => {
          quickIsDone = true;
          quickMoved();
        }),
        slow.follow(signal),
      ]);
      await proxy.stop();
      expect(proxy.cuts).toBeGreaterThan(5);
      for (const follower of [quick, slow]) {
        expect(follower.connections).toBeGreaterThan(2);
        expect(follower.offset).toBe(bytes.length);
        expect(follower.text === text).toBe(true);
      }
    },
  );

  it('sends events as they come, past compression, and one that tells of the end', async () => {
    const { build, report } = await backend.run();
    report(step('running'), log(0, Buffer.from('one\n')));
    const response = await fetch(streamUrl(build.id), {
      headers: { 'Accept-Encoding': 'gzip, deflate, br' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('cache-control')).toBe(
      'no-store, no-transform',
    );
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const events = readEvents(response.body!)[Symbol.asyncIterator]();
    const first = (await events.next()).value;
    expect(first).toMatchObject({ event: 'log', id: '4' });
    expect(JSON.parse(first.data)).toEqual({
      step: 'build-image',
      attempt: 1,
      offset: 0,
      nextOffset: 4,
      firstLine: 1,
      text: 'one\n',
      times: [{ line: 1, at: expect.stringMatching(/^\d{4}-.*Z$/) }],
      totalBytes: 4,
      complete: false,
    });
    report(log(4, Buffer.from('two\n')));
    expect((await events.next()).value).toMatchObject({
      event: 'log',
      id: '8',
    });
    report(step('completed'), COMPLETED);
    expect((await events.next()).value).toMatchObject({
      event: 'end',
      data: '{}',
    });
    expect((await events.next()).done).toBe(true);
  });

  it('goes on after the id of the last event, as a browser sends it', async () => {
    const { build, report } = await backend.run();
    report(
      step('running'),
      log(0, Buffer.from('one\ntwo\n')),
      step('completed'),
      COMPLETED,
    );
    const response = await fetch(streamUrl(build.id), {
      headers: { 'Last-Event-ID': '4' },
    });
    const texts: string[] = [];
    for await (const { event, data } of readEvents(response.body!)) {
      if (event === 'log') texts.push(JSON.parse(data).text);
    }
    expect(texts.join('')).toBe('two\n');
  });

  it('waits for a build that has not run, and ends where it never will', async () => {
    const held = await backend.submit({ start: false });
    const response = await fetch(streamUrl(held.id));
    const events = readEvents(response.body!)[Symbol.asyncIterator]();
    const next = events.next();
    await request(backend.server).post(
      `/api/image-factory/v1/builds/${held.id}/cancel`,
    );
    expect((await next).value).toMatchObject({ event: 'end' });
  });

  it.each([
    ['?step=build-image&offset=5', 400, /has 0 bytes, so there is no offset 5/],
    ['', 400, /must have required property 'step'/],
  ])('refuses %s, and says why', async (query, status, message) => {
    const held = await backend.submit({ start: false });
    const refused = await request(backend.server).get(
      `/api/image-factory/v1/builds/${held.id}/logs/stream${query}`,
    );
    expect(refused.status).toBe(status);
    expect(refused.body.error.message).toMatch(message);
  });

  it('refuses an id of an event that is none', async () => {
    const held = await backend.submit({ start: false });
    const refused = await request(backend.server)
      .get(
        `/api/image-factory/v1/builds/${held.id}/logs/stream?step=build-image`,
      )
      .set('Last-Event-ID', 'abc');
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toMatch(/ids of events are offsets/);
  });

  it('lets a user follow 20 logs at a time, and another once one is left', async () => {
    const { build, report } = await backend.run();
    report(step('running'), log(0, Buffer.from('one\n')));
    const aborts = Array.from({ length: 20 }, () => new AbortController());
    await Promise.all(
      aborts.map(({ signal }) => fetch(streamUrl(build.id), { signal })),
    );
    const refused = await fetch(streamUrl(build.id));
    expect(refused.status).toBe(429);
    const { error } = await refused.json();
    expect(error.message).toBe(
      'You follow 20 logs already, and a user may follow 20 at a time. Close some pages that show a running build, and try again.',
    );
    aborts[0].abort();
    let again: Response;
    do {
      // The server learns of the end of a connection by itself.
      again = await fetch(streamUrl(build.id), { signal: aborts[1].signal });
    } while (again.status === 429);
    expect(again.status).toBe(200);
    aborts.forEach(abort => abort.abort());
    report(step('completed'), COMPLETED);
  });

  it('ends every stream at once when the portal stops, whoever reads slowly too', async () => {
    const stopping = await ScriptedBackend.start();
    const { build, report } = await stopping.run();
    report(step('running'), log(0, Buffer.alloc(20 * 1024 * 1024, 'x')));
    const url = streamUrl(build.id, stopping.url(''));
    const reading = await fetch(`${url}&offset=0`);
    const events = readEvents(reading.body!)[Symbol.asyncIterator]();
    await events.next();
    // It takes nothing more, so that much is on its way when the portal stops.
    const stalled = await fetch(url);
    await stopping.stop();
    await expect(
      (async () => {
        for await (const { event } of readEvents(stalled.body!)) {
          if (event === 'end') throw new Error('It was told that this is all');
        }
      })(),
    ).rejects.toThrow(/terminated/);
    await expect(fetch(url)).rejects.toThrow();
  });
});
