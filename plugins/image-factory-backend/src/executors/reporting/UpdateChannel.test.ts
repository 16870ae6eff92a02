import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { UpdateChannel } from './UpdateChannel';

const CHUNK = 64 * 1024;

function log(offset: number): ExecutionUpdate {
  return { type: 'log', step: 'a', offset, bytes: Buffer.alloc(CHUNK) };
}

const OUTCOME: ExecutionUpdate = {
  type: 'outcome',
  outcome: { status: 'completed' },
};

async function writeAll(channel: UpdateChannel, count: number) {
  let written = 0;
  const writing = (async () => {
    for (let index = 0; index < count; index += 1) {
      await channel.write(log(index));
      written += 1;
    }
    channel.end(OUTCOME);
  })();
  return { writing, written: () => written };
}

/** Runs what is ready to run. */
async function settle() {
  for (let turn = 0; turn < 1000; turn += 1) {
    await Promise.resolve();
  }
}

describe('UpdateChannel', () => {
  it('gives all updates in order and then ends', async () => {
    const channel = new UpdateChannel();
    const { writing } = await writeAll(channel, 100);
    const offsets: (number | string)[] = [];
    for await (const update of channel.read(new AbortController().signal)) {
      offsets.push(update.type === 'log' ? update.offset : update.type);
    }
    await writing;
    expect(offsets).toEqual([...Array.from({ length: 100 }).keys(), 'outcome']);
  });

  it('makes writers wait while a mebibyte is unread', async () => {
    const channel = new UpdateChannel();
    const { writing, written } = await writeAll(channel, 100);
    await settle();
    expect(written()).toBeLessThanOrEqual(16);
    const reader = channel
      .read(new AbortController().signal)
      [Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    await settle();
    expect(written()).toBeLessThanOrEqual(18);
    channel.abandon();
    await writing;
  });

  it('stops reading when told to', async () => {
    const channel = new UpdateChannel();
    const controller = new AbortController();
    const reader = channel.read(controller.signal)[Symbol.asyncIterator]();
    const next = reader.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('lets writers go on where nobody has ever read', async () => {
    const channel = new UpdateChannel();
    const { writing, written } = await writeAll(channel, 100);
    channel.abandonUnlessRead();
    await writing;
    expect(written()).toBe(100);
  });
});
