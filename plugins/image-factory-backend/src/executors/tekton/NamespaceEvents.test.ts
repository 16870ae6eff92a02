import { setTimeout as delay } from 'node:timers/promises';
import {
  Answer,
  ScriptedApiServer,
  events as changes,
  json,
  page,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { EventObject } from './clusterEvent';
import { EventSubject, NamespaceEvents } from './NamespaceEvents';

const POD = { kind: 'Pod', name: 'docker-1-build-pod' };
const RUN = { kind: 'PipelineRun', name: 'docker-1' };

function event(
  uid: string,
  involvedObject: EventSubject,
  overrides: Partial<EventObject> = {},
): EventObject {
  return {
    metadata: {
      name: `${involvedObject.name}.${uid}`,
      uid,
      resourceVersion: '1',
    },
    involvedObject,
    type: 'Normal',
    reason: 'Pulling',
    message: 'Pulling image',
    firstTimestamp: '2026-11-01T10:00:00Z',
    ...overrides,
  };
}

describe('NamespaceEvents against a scripted API server', () => {
  let server: ScriptedApiServer | undefined;
  let events: NamespaceEvents | undefined;
  let ours: string[];

  beforeEach(() => {
    ours = [POD.name, RUN.name];
  });

  afterEach(async () => {
    await events?.stop();
    await server?.stop();
  });

  async function start(...answers: Answer[]) {
    server = await ScriptedApiServer.start(...answers);
    events = NamespaceEvents.watch({
      client: server.client(),
      namespace: 'builds-a',
      isOurs: ({ name }) => ours.includes(name),
      random: () => 0,
      steady: () => performance.now(),
    });
    return { server, events };
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await delay(5);
  }

  it('tells what is about the objects of a run, as it has begun, by one list and watch', async () => {
    const started = await start(
      page('10', [
        event('e2', POD, { firstTimestamp: '2026-11-01T10:00:02Z' }),
        event('e1', RUN, { reason: 'Started' }),
        event('n', { kind: 'Node', name: 'node-a' }),
        event('x', { kind: 'Pod', name: 'of-another' }),
      ]),
      changes([
        {
          type: 'MODIFIED',
          object: event('e2', POD, {
            count: 4,
            firstTimestamp: '2026-11-01T10:00:02Z',
            lastTimestamp: '2026-11-01T10:01:00Z',
          }),
        },
        {
          type: 'ADDED',
          object: event('e3', POD, {
            type: 'Warning',
            reason: 'Failed',
            firstTimestamp: '2026-11-01T10:00:03Z',
          }),
        },
      ]),
    );
    await until(() => started.events.about([POD]).length === 2);
    expect(started.events.about([POD, RUN])).toMatchObject([
      { key: 'e1', reason: 'Started', count: 1 },
      {
        key: 'e2',
        count: 4,
        firstSeenAt: '2026-11-01T10:00:02.000Z',
        lastSeenAt: '2026-11-01T10:01:00.000Z',
      },
      { key: 'e3', type: 'Warning' },
    ]);
    expect(started.events.isSeen).toBe(true);
    expect(started.server.asked.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/builds-a/events',
      '/api/v1/namespaces/builds-a/events',
    ]);
  });

  it('finds what had come before its pod was seen', async () => {
    ours = [];
    const started = await start(page('10', [event('e1', POD)]), changes([]));
    await until(() => started.events.isSeen);
    expect(started.events.about([POD])).toMatchObject([{ key: 'e1' }]);
  });

  it('keeps no more than the latest of what is of others, and all of ours', async () => {
    const others = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        event(`o${from + index}`, {
          kind: 'Pod',
          name: `other-${from + index}`,
        }),
      );
    const started = await start(
      page('10', [event('e1', POD), ...others(0, 2_500)]),
      changes([
        { type: 'ADDED', object: event('e2', POD) },
        ...others(2_500, 100).map(object => ({
          type: 'ADDED' as const,
          object,
        })),
      ]),
    );
    const about = (number: number) =>
      started.events.about([{ kind: 'Pod', name: `other-${number}` }]).length;
    await until(() => about(2_599) === 1);
    expect(started.events.about([POD])).toHaveLength(2);
    expect(about(599)).toBe(0);
    expect(about(600)).toBe(1);
    const kept = Array.from({ length: 2_600 }, (_, index) => about(index));
    expect(kept.filter(count => count === 1)).toHaveLength(2_000);
  });

  it('lets go of what the cluster has forgotten', async () => {
    const started = await start(
      page('10', [event('e1', POD)]),
      changes([{ type: 'DELETED', object: event('e1', POD) }]),
    );
    await until(() => started.events.isSeen);
    await until(() => started.events.about([POD]).length === 0);
    expect(started.events.isSeen).toBe(true);
  });

  it('says what the portal has to be granted where it may not read them, until it may', async () => {
    const started = await start(
      json(403, { kind: 'Status', code: 403, message: 'forbidden' }),
      page('10', [event('e1', POD)]),
      changes([]),
    );
    await until(() => started.events.problem !== undefined);
    expect(started.events.isSeen).toBe(false);
    expect(started.events.problem).toMatch(
      /namespace builds-a.*grants its account get, list and watch on events/,
    );
    await until(() => started.events.isSeen);
    expect(started.events.problem).toBeUndefined();
    expect(started.events.about([POD])).toHaveLength(1);
  });

  it('takes an API server that does not answer for no problem of theirs', async () => {
    const started = await start(
      json(500, { kind: 'Status', code: 500, message: 'not now' }),
      page('10', []),
      changes([]),
    );
    await started.server.untilAsked(2);
    expect(started.events.problem).toBeUndefined();
    await until(() => started.events.isSeen);
  });
});
