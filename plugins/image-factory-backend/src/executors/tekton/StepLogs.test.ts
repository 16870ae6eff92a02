import { setTimeout as delay } from 'node:timers/promises';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { KubernetesClient } from '../../clusters';
import {
  Answer,
  ScriptedApiServer,
  json,
  object,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { UpdateChannel } from '../reporting';
import { StepLogs } from './StepLogs';
import { decodeCursor } from './runCursor';

const STEP = 'build-image';
const BEGINS_ANEW =
  '[image-factory] The pod was lost, and the step begins again in a new one.\n';
const NOT_READ = '[image-factory] The rest of this log could not be read.\n';

const container = (podUid: string) => ({
  step: STEP,
  pod: 'docker-1-build-pod',
  podUid,
  container: `step-${STEP}`,
});

/** What a kubelet answers of a container; of one that runs it does not end. */
function log(text: string, { ends = false } = {}): Answer {
  return response => {
    response.writeHead(200);
    response.flushHeaders();
    if (text) response.write(text);
    if (ends) response.end();
  };
}

const podOf = (uid: string) =>
  json(200, object('docker-1-build-pod', '1', { uid }));

describe('StepLogs against a scripted API server', () => {
  let server: ScriptedApiServer;
  let client: KubernetesClient;
  let isOver = false;
  const leave = new AbortController();

  async function start(answers: Answer[], cursor = {}, maxBytes?: number) {
    server = await ScriptedApiServer.start(...answers);
    client = server.client();
    isOver = false;
    const channel = new UpdateChannel();
    const updates: ExecutionUpdate[] = [];
    const logs = new StepLogs({
      client,
      namespace: 'team-a',
      channel,
      cursor,
      isOver: () => isOver,
      steady: () => performance.now(),
      maxBytes,
      signal: leave.signal,
    });
    const reading = (async () => {
      for await (const update of channel.read(leave.signal)) {
        updates.push(update);
      }
    })();
    const printed = () =>
      updates
        .flatMap(update => (update.type === 'log' ? [update.bytes] : []))
        .map(String)
        .join('');
    return {
      logs,
      printed,
      /** All that was handed over, in one text. */
      async end(withinMs: number) {
        await logs.finish(withinMs, leave.signal);
        channel.close();
        await reading;
        return printed();
      },
      cursor: () =>
        decodeCursor(
          updates
            .flatMap(update =>
              update.type === 'cursor' ? [update.cursor] : [],
            )
            .at(-1),
        ),
    };
  }

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('reads the log of a step that has ended to its end', async () => {
    const started = await start([
      log('2026-11-01T10:00:00.1Z one\n2026-11-01T10:00:00.2Z two', {
        ends: true,
      }),
      podOf('a'),
    ]);
    isOver = true;
    started.logs.follow(container('a'));
    expect(await started.end(5_000)).toBe('one\ntwo\n');
    expect(started.cursor()[STEP]).toEqual({
      podUid: 'a',
      offset: 8,
      printed: 8,
      position: { at: '2026-11-01T10:00:00.2Z', count: 1 },
      isWhole: true,
    });
  });

  it('hands over no line twice and none cut off where a node ends its answer in the middle of one', async () => {
    const started = await start([
      log('2026-11-01T10:00:00.1Z one\n2026-11-01T10:00:00.2Z tw', {
        ends: true,
      }),
      podOf('a'),
      (response, { query }) => {
        isOver = true;
        expect(query.sinceTime).toBe('2026-11-01T10:00:00Z');
        response.end();
      },
      podOf('a'),
      log('2026-11-01T10:00:00.1Z one\n2026-11-01T10:00:00.2Z two\n', {
        ends: true,
      }),
      podOf('a'),
    ]);
    started.logs.follow(container('a'));
    expect(await started.end(10_000)).toBe('one\ntwo\n');
  });

  it('takes no line of a new pod for one of the old pod, whose name it has', async () => {
    const started = await start([
      log('2026-11-01T10:00:00.1Z one\n', { ends: true }),
      podOf('a'),
      // The old one is followed still, and finds the new one under its name.
      log('2026-11-01T10:00:09.1Z one\n'),
      podOf('b'),
      log('2026-11-01T10:00:09.1Z one\n2026-11-01T10:00:09.2Z two\n', {
        ends: true,
      }),
      podOf('b'),
    ]);
    started.logs.follow(container('a'));
    await server.untilAsked(4);
    isOver = true;
    started.logs.follow(container('b'));
    expect(await started.end(10_000)).toBe(`one\n${BEGINS_ANEW}one\ntwo\n`);
  });

  it('lets go of the old pod at once where a new one is there', async () => {
    const started = await start([
      log('2026-11-01T10:00:00.1Z one\n'),
      podOf('a'),
      log('2026-11-01T10:00:09.1Z two\n', { ends: true }),
      podOf('b'),
    ]);
    started.logs.follow(container('a'));
    await server.untilAsked(2);
    isOver = true;
    started.logs.follow(container('b'));
    await server.untilAsked(4);
    expect(await started.end(5_000)).toMatch(/two\n$/);
  });

  it('hands a line without an end over as it comes, and takes it up again within it', async () => {
    const line = 'x'.repeat(200_000);
    const first = await start([
      log(`2026-11-01T10:00:00.1Z ${line}`),
      podOf('a'),
    ]);
    first.logs.follow(container('a'));
    await server.untilAsked(2);
    while ((first.cursor()[STEP]?.offset ?? 0) < 100_000) await delay(5);
    const cursor = first.cursor();
    const before = first.printed();
    expect(cursor[STEP].isInLine).toBe(true);
    expect(before).toBe(line.slice(0, before.length));
    await first.end(0);
    await client.close();
    await server.stop();

    const second = await start(
      [
        log(`2026-11-01T10:00:00.1Z ${line}end\n2026-11-01T10:00:00.1Z last`, {
          ends: true,
        }),
        podOf('a'),
      ],
      cursor,
    );
    isOver = true;
    second.logs.follow(container('a'));
    expect(before + (await second.end(5_000))).toBe(`${line}end\nlast\n`);
  });

  it('keeps no more of what a step prints than the cap, says so once, and still sees its end', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, index) => `2026-11-01T10:00:00.1Z line ${index}`,
    );
    const first = await start(
      [log(`${lines.slice(0, 20).join('\n')}\n`), podOf('a')],
      {},
      50,
    );
    first.logs.follow(container('a'));
    await server.untilAsked(2);
    while ((first.cursor()[STEP]?.printed ?? 0) < 150) await delay(5);
    const cursor = first.cursor();
    const before = first.printed();
    expect(before).toBe(
      'line 0\nline 1\nline 2\nline 3\nline 4\nline 5\nline 6\nl\n[log cut here: the step has printed more than 50 bytes; the rest is not kept]\n',
    );
    expect(cursor[STEP].offset).toBe(before.length);
    await first.end(0);
    await client.close();
    await server.stop();

    const second = await start(
      [log(lines.join('\n'), { ends: true }), podOf('a')],
      cursor,
      50,
    );
    isOver = true;
    second.logs.follow(container('a'));
    expect(await second.end(5_000)).toBe('');
    expect(second.logs.tail(STEP).lines.at(-1)).toBe('line 39');
  });

  it('adds what it says itself on a line of its own', async () => {
    const started = await start([], {
      [STEP]: { podUid: 'a', offset: 4, isInLine: true },
    });
    expect(await started.end(300)).toBe(`\n${NOT_READ}`);
  });

  it('says where a log stops whose end does not come in time, or whose pod is gone', async () => {
    const started = await start([
      log('2026-11-01T10:00:00.1Z one\n'),
      podOf('a'),
    ]);
    started.logs.follow(container('a'));
    await server.untilAsked(2);
    expect(await started.end(300)).toBe(`one\n${NOT_READ}`);
  });

  it('says so too of a log that somebody else has read in part, and whose pod is gone', async () => {
    const started = await start([], {
      [STEP]: { podUid: 'a', offset: 4 },
      'clone-repo': { podUid: 'a', offset: 9, isWhole: true },
    });
    expect(await started.end(300)).toBe(NOT_READ);
  });
});
