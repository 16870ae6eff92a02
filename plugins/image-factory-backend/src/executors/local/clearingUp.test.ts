import { mockServices } from '@backstage/backend-test-utils';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describeWithMounts } from '../../__testUtils__/engines';
import { ExecutorHarness } from './__testUtils__/executorHarness';
import { ExecutorSlot } from './ExecutorSlot';

jest.setTimeout(60_000);

describe('LocalExecutor that clears up', () => {
  let place: ExecutorHarness;

  beforeEach(async () => {
    place = await ExecutorHarness.create();
  });

  afterEach(async () => {
    await place.remove();
  });

  /** A new process of the portal in the slot of one that is gone. */
  async function successor(logger = mockServices.logger.mock()) {
    await place.executor.stop();
    return ExecutorHarness.create({ directory: place.work, logger });
  }

  const runs = () => join(place.executor.directory, 'runs');

  it('clears in its own folder what was there before it, and nothing that came later', async () => {
    await mkdir(join(runs(), 'left'));
    const next = await successor();
    try {
      expect(next.executor.directory).toBe(place.executor.directory);
      // As a run does that has not noted yet whose it is.
      await mkdir(join(runs(), 'begun'));
      await next.executor.recover();
      expect(await readdir(runs())).toEqual(['begun']);
      await next.executor.recover();
      expect(await readdir(runs())).toEqual(['begun']);
    } finally {
      await next.remove();
    }
  });

  describeWithMounts('where a workspace cannot be removed', () => {
    it('clears its own folder at the next try', async () => {
      const stuck = join(runs(), 'left-1');
      await mkdir(stuck);
      await mkdir(join(runs(), 'left-2'));
      const logger = mockServices.logger.mock();
      const next = await successor(logger);
      try {
        execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', stuck]);
        try {
          await next.executor.recover();
        } finally {
          execFileSync('umount', [stuck]);
        }
        expect(await readdir(runs())).toEqual(['left-1']);
        expect(logger.warn).toHaveBeenCalledWith(
          expect.stringMatching(/left-1 .*could not be removed.*EBUSY/),
        );
        await next.executor.recover();
        expect(await readdir(runs())).toEqual([]);
      } finally {
        await next.remove();
      }
    });

    it('goes on with the slots of other processes, and lets each of them go', async () => {
      const slots: ExecutorSlot[] = [];
      for (let count = 0; count < 2; count += 1) {
        slots.push(
          await ExecutorSlot.take({ directory: place.work, host: hostname() }),
        );
      }
      for (const slot of slots) {
        await mkdir(join(slot.runs, 'left'));
        await slot.release();
      }
      const stuck = join(slots[0].runs, 'left');
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', stuck]);
      try {
        await place.executor.recover();
        expect(await readdir(slots[1].runs)).toEqual([]);
        // All are free again, the own one too.
        await place.executor.stop();
        const wanted = [place.executor.directory, ...slots.map(dir)];
        const taken: string[] = [];
        for (let count = 0; count < wanted.length; count += 1) {
          taken.push(
            dir(
              await ExecutorSlot.take({
                directory: place.work,
                host: hostname(),
              }),
            ),
          );
        }
        expect(taken).toEqual(wanted);
      } finally {
        execFileSync('umount', [stuck]);
      }
    });
  });

  it('goes on with the slots of other processes where one is broken', async () => {
    const [broken, left] = [
      await ExecutorSlot.take({ directory: place.work, host: hostname() }),
      await ExecutorSlot.take({ directory: place.work, host: hostname() }),
    ];
    await mkdir(join(left.runs, 'left'));
    await left.release();
    await broken.release();
    await rm(broken.runs, { recursive: true });
    await writeFile(broken.runs, 'a file');
    await place.executor.recover();
    expect(await readdir(left.runs)).toEqual([]);
  });
});

function dir(slot: ExecutorSlot): string {
  return slot.directory;
}
