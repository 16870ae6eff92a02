import express from 'express';
import { EventEmitter, once } from 'node:events';
import { Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStream } from './EventStream';

describe('EventStream', () => {
  let server: Server;
  let opened: Promise<EventStream>;

  beforeEach(async () => {
    // Only what beats; the network has the real clock.
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout'],
    });
    const app = express();
    opened = new Promise(resolve => {
      app.get('/', (_, response) => resolve(EventStream.open(response)));
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    jest.useRealTimers();
    server.closeAllConnections();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });

  async function connect() {
    const abort = new AbortController();
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      signal: abort.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream());
    return {
      abort,
      events: await opened,
      read: reader[Symbol.asyncIterator](),
    };
  }

  it('says something at once, and again every 15 seconds', async () => {
    const { read } = await connect();
    expect((await read.next()).value).toBe(': open\n\n');
    jest.advanceTimersByTime(15_000);
    expect((await read.next()).value).toBe(': still here\n\n');
    jest.advanceTimersByTime(15_000);
    expect((await read.next()).value).toBe(': still here\n\n');
  });

  it('writes a value on one line, whatever is in it', async () => {
    const { events, read } = await connect();
    await read.next();
    await events.send(
      { type: 'log', id: 7, data: { text: 'a\n\nid: 9\r\nb' } },
      new AbortController().signal,
    );
    expect((await read.next()).value).toBe(
      'event: log\nid: 7\ndata: {"text":"a\\n\\nid: 9\\r\\nb"}\n\n',
    );
    events.end();
    expect((await read.next()).done).toBe(true);
  });

  it('waits for a slow reader, and stops waiting when told to', async () => {
    const { events } = await connect();
    const abort = new AbortController();
    const data = { text: 'x'.repeat(1024 * 1024) };
    let sent = 0;
    const waiting = new EventEmitter();
    const sending = (async () => {
      while (!abort.signal.aborted && sent < 200) {
        const taken = events.send({ type: 'log', data }, abort.signal);
        if (await isHeldUp(taken)) waiting.emit('full');
        await taken;
        sent += 1;
      }
    })();
    // Nobody reads: a few of them fit on the way, and the next one waits.
    await once(waiting, 'full');
    expect(sent).toBeLessThan(200);
    abort.abort();
    await sending;
  });

  it('tells when nobody reads any more', async () => {
    const { abort, events } = await connect();
    expect(events.signal.aborted).toBe(false);
    const closed = once(events.signal, 'abort');
    abort.abort();
    await closed;
    expect(events.signal.aborted).toBe(true);
  });

  it('tells at once that nobody reads where they have left before it opened', async () => {
    const left = new Promise<EventStream>(resolve => {
      const app = express();
      app.get('/', (request, response) => {
        request.on('close', () => resolve(EventStream.open(response)));
      });
      server.removeAllListeners('request');
      server.on('request', app);
    });
    const abort = new AbortController();
    const { port } = server.address() as AddressInfo;
    const asked = fetch(`http://127.0.0.1:${port}/`, { signal: abort.signal });
    await once(server, 'request');
    abort.abort();
    await expect(asked).rejects.toThrow();
    const events = await left;
    expect(events.signal.aborted).toBe(true);
    await events.send({ type: 'log', data: {} }, events.signal);
    events.end();
    expect(jest.getTimerCount()).toBe(0);
  });
});

/** Whether a promise does not resolve, while everything else that can go on does. */
async function isHeldUp(promise: Promise<void>): Promise<boolean> {
  let isDone = false;
  void promise.then(() => {
    isDone = true;
  });
  for (let turn = 0; turn < 1_000 && !isDone; turn++) {
    await nextTurn();
  }
  return !isDone;
}
