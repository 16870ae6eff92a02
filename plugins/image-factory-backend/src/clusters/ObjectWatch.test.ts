import { setTimeout as delay } from 'node:timers/promises';
import { ObjectWatch } from './ObjectWatch';
import { ServerAnswer } from './KubernetesClient';
import { KubernetesObject } from './kubernetesObjects';
import {
  Answer,
  ScriptedApiServer,
  events,
  json,
  object,
  page,
} from './__testUtils__/ScriptedApiServer';

const PATH = '/api/v1/namespaces/team-a/pods';
const GONE = { kind: 'Status', code: 410, message: 'too old' };

describe('ObjectWatch against a scripted API server', () => {
  let server: ScriptedApiServer | undefined;
  let watch: ObjectWatch<KubernetesObject, string> | undefined;

  afterEach(async () => {
    await watch?.stop();
    await server?.stop();
  });

  async function start(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    watch = ObjectWatch.create<KubernetesObject, string>({
      client: server.client(),
      path: PATH,
      labelSelector: 'of=us',
      reduce: ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
      random: () => 0,
      steady: () => performance.now(),
    });
    watch.start();
    return { server, watch };
  }

  /** Resolves once it holds; looks whenever something has changed. */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await delay(5);
  }

  it('lists page by page and watches from the version of the list on', async () => {
    const started = await start(
      page('10', [object('a', '1'), object('b', '2')], 'more'),
      page('11', [object('c', '3')]),
      events([
        { type: 'MODIFIED', object: object('a', '12') },
        { type: 'DELETED', object: object('b', '13') },
        { type: 'ADDED', object: object('d', '14') },
      ]),
    );
    expect(started.watch.isSynced).toBe(false);
    await until(() => started.watch.get('d') !== undefined);
    expect(started.watch.isSynced).toBe(true);
    expect(started.watch.values()).toEqual(['a@12', 'c@3', 'd@14']);
    const [first, second, third] = started.server.asked;
    expect(first.query).toEqual({ labelSelector: 'of=us', limit: '500' });
    expect(second.query).toMatchObject({ continue: 'more' });
    expect(third.query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '11',
    });
  });

  it('keeps nothing of what it is told to keep nothing of, and lets go of what it is told to', async () => {
    server = await ScriptedApiServer.start(
      page('10', [object('a', '1'), object('other-a', '2')]),
      events([
        { type: 'ADDED', object: object('other-b', '11') },
        { type: 'ADDED', object: object('b', '12') },
      ]),
    );
    const told: string[] = [];
    watch = ObjectWatch.create<KubernetesObject, string>({
      client: server.client(),
      path: PATH,
      isKept: ({ metadata }) => !metadata.name.startsWith('other'),
      reduce: ({ metadata }) => metadata.name,
      random: () => 0,
      steady: () => performance.now(),
    });
    watch.onChange(name => told.push(name));
    watch.start();
    await until(() => watch!.get('b') !== undefined);
    expect(watch.values()).toEqual(['a', 'b']);
    expect(told).toEqual(['a', 'b']);
    watch.forget('a');
    expect(watch.values()).toEqual(['b']);
  });

  it('tells whoever looks at what belongs to one thing of that alone, in lists and in events', async () => {
    server = await ScriptedApiServer.start(
      page('10', [object('a', '1'), object('b', '2')]),
      events([
        { type: 'MODIFIED', object: object('b', '11') },
        { type: 'DELETED', object: object('a', '12') },
        { type: 'ADDED', object: object('end', '13') },
      ]),
    );
    watch = ObjectWatch.create<KubernetesObject, string>({
      client: server.client(),
      path: PATH,
      reduce: ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
      groupOf: ({ metadata }) => `of ${metadata.name}`,
      random: () => 0,
      steady: () => performance.now(),
    });
    const seen: string[][] = [];
    watch.onGroupChange('of a', () => seen.push(watch!.inGroup('of a')));
    watch.start();
    await until(() => watch?.get('end') !== undefined);
    expect(seen).toEqual([['a@1'], []]);
    expect(watch.inGroup('of b')).toEqual(['b@11']);
  });

  it('goes on from the last bookmark where the server ends a watch', async () => {
    const started = await start(
      page('10', [object('a', '1')]),
      events([{ type: 'BOOKMARK', object: object('', '50') }], { ends: true }),
      events([]),
    );
    const { query } = await started.server.untilAsked(3);
    expect(query).toMatchObject({ watch: 'true', resourceVersion: '50' });
    expect(started.watch.values()).toEqual(['a@1']);
  });

  it.each([
    ['an event', events([{ type: 'ERROR', object: GONE }])],
    ['its answer', json(410, GONE)],
  ])(
    'lists anew where the history is gone by %s, and tells of what is gone with it',
    async (_, gone) => {
      const told: string[] = [];
      const started = await start(
        page('10', [object('a', '1'), object('b', '2')]),
        gone,
        page('60', [object('b', '55')]),
        events([]),
      );
      started.watch.onChange(name => told.push(name));
      const { query } = await started.server.untilAsked(4);
      expect(query).toMatchObject({ watch: 'true', resourceVersion: '60' });
      expect(started.watch.values()).toEqual(['b@55']);
      expect(told.slice(-2)).toEqual(['a', 'b']);
    },
  );

  it('keeps what it knows and tells the problem while the server is in trouble, and goes on from there after it', async () => {
    const started = await start(
      page('10', [object('a', '1')]),
      response => {
        response.write(
          `${JSON.stringify({ type: 'ADDED', object: object('b', '12') })}\n`,
          () => response.destroy(),
        );
      },
      json(503, { kind: 'Status', message: 'shutting down' }),
    );
    await until(() => /shutting down/.test(`${started.watch.problem}`));
    expect(started.watch.values()).toEqual(['a@1', 'b@12']);
    expect(started.watch.isSynced).toBe(true);
    started.server.answer(
      events([{ type: 'MODIFIED', object: object('a', '15') }]),
    );
    await until(() => started.watch.get('a') === 'a@15');
    expect(started.watch.problem).toBeUndefined();
    expect(
      started.server.asked.slice(1).map(({ query }) => query.resourceVersion),
    ).toEqual(['10', '12', '12']);
  });

  it('waits ever longer for a server that lists and lets nobody watch, lists seldom, and as long as that asks for', async () => {
    const pauses: number[] = [];
    let last = 0;
    const refuse: Answer = (response, asked) => {
      const now = performance.now();
      if (last > 0) pauses.push(now - last);
      last = now;
      if (asked.query.watch) {
        const isLast = pauses.length === 3;
        response.writeHead(429, isLast ? { 'retry-after': '2' } : {});
        response.end('{}');
      } else page('10', [])(response, asked);
    };
    const { server: asked } = await start(
      page('10', []),
      ...new Array(5).fill(refuse),
    );
    await asked.untilAsked(6);
    const lists = asked.asked.filter(({ query }) => !query.watch);
    expect(lists).toHaveLength(1);
    // Half of 0.5 s, 1 s, 2 s; and then what is asked for.
    expect(pauses[1]).toBeGreaterThan(1.8 * pauses[0]);
    expect(pauses[2]).toBeGreaterThan(1.8 * pauses[1]);
    expect(pauses[3]).toBeGreaterThan(1_950);
  }, 10_000);

  it('lists anew where watching goes wrong again and again: the server may have another history', async () => {
    const started = await start(
      page('10', []),
      ...new Array(5).fill(json(503, {})),
      page('3', [object('a', '2')]),
      events([]),
    );
    await until(() => started.watch.get('a') === 'a@2');
    const { query } = await started.server.untilAsked(8);
    expect(query.resourceVersion).toBe('3');
  }, 15_000);

  it('asks for fewer at once where so many are more than it takes in one answer', async () => {
    const large: Answer = response => {
      response.writeHead(200);
      const part = Buffer.alloc(1024 * 1024, ' ');
      for (let count = 0; count < 66; count += 1) response.write(part);
      response.end('{}');
    };
    const answers: ServerAnswer[] = [];
    server = await ScriptedApiServer.start(
      large,
      page('10', [object('a', '1')], 'more'),
      large,
      page('11', [object('b', '2')]),
      events([]),
    );
    watch = ObjectWatch.create<KubernetesObject, string>({
      client: server.client(answer => answers.push(answer)),
      path: PATH,
      pageSize: 50,
      reduce: ({ metadata }) => metadata.name,
      random: () => 0,
      steady: () => performance.now(),
    });
    watch.start();
    await server.untilAsked(5);
    expect(watch.values()).toEqual(['a', 'b']);
    expect(
      server.asked
        .slice(0, 4)
        .map(({ query }) => [query.limit, query.continue]),
    ).toEqual([
      ['50', undefined],
      ['25', undefined],
      ['25', 'more'],
      ['13', 'more'],
    ]);
    // The server is well: it has no part in it.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }, 20_000);

  it('takes no event that is cut off in its middle, and goes on from the one before', async () => {
    const started = await start(
      page('10', [object('a', '1')]),
      response => {
        response.write('{"type":"DELETED","object":{"metada');
        response.end();
      },
      events([{ type: 'MODIFIED', object: object('a', '11') }]),
    );
    await until(() => started.watch.get('a') === 'a@11');
    const { query } = started.server.asked[2];
    expect(query).toMatchObject({ watch: 'true', resourceVersion: '10' });
  });

  it('asks a server that ends every watch at once no more than once a second', async () => {
    const ended = events([], { ends: true });
    const { server: asked } = await start(page('10', []), ended, ended, ended);
    await asked.untilAsked(2);
    const began = performance.now();
    await asked.untilAsked(4);
    expect(performance.now() - began).toBeGreaterThan(1_900);
  });

  it('does not ask in a hurry where every history is gone', async () => {
    const gone = [json(410, GONE), page('10', [])];
    const { server: asked } = await start(page('10', []), ...gone, ...gone);
    await asked.untilAsked(2);
    const began = performance.now();
    await asked.untilAsked(5);
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it('stops at once while a watch is silent, and closes its connection', async () => {
    let isClosed = false;
    const started = await start(page('10', []), response => {
      response.flushHeaders();
      response.on('close', () => {
        isClosed = true;
      });
    });
    await started.server.untilAsked(2);
    await started.watch.stop();
    await until(() => isClosed);
    expect(isClosed).toBe(true);
  });

  it('stops at once while it waits to ask again', async () => {
    const started = await start(json(500, {}));
    await until(() => started.watch.problem !== undefined);
    const began = performance.now();
    await started.watch.stop();
    expect(performance.now() - began).toBeLessThan(200);
    expect(started.server.asked).toHaveLength(1);
  });
});
