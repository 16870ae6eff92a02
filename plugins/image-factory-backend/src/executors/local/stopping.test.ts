import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Collected,
  ExecutorHarness,
  runToEnd,
} from './__testUtils__/executorHarness';
import { makeSpec } from './__testUtils__/makeSpec';
import { shellMethod } from './__testUtils__/shellMethod';

jest.setTimeout(60_000);

/** What a test does while a run is up and its executor is to stop. */
type WhileStopping = (run: {
  harness: ExecutorHarness;
  name: string;
  /** Lets the run end by itself. */
  finish(): Promise<void>;
}) => Promise<unknown>;

describe('LocalExecutor that is to stop', () => {
  /** Runs a script that ends once it is told to, and stops the executor when it is up. */
  async function stopMeanwhile(
    finishWithinMs: number | undefined,
    act: WhileStopping,
  ): Promise<Collected> {
    const harness = await ExecutorHarness.create({
      finishWithinMs,
      furtherMethods: [shellMethod],
    });
    try {
      await mkdir(join(harness.sources, 'app'));
      const told = join(harness.directory, 'told');
      const spec = makeSpec({
        path: 'app',
        method: 'shell',
        parameters: {
          script: `echo up; until test -e '${told}'; do sleep 0.05; done; echo down`,
        },
      });
      let stopping: Promise<unknown> | undefined;
      const collected = await runToEnd(
        harness.executor,
        spec,
        (_update, soFar) => {
          if (!stopping && soFar.log('build-image').includes('up\n')) {
            stopping = Promise.all([
              harness.executor.stop(),
              act({
                harness,
                name: spec.name,
                finish: () => writeFile(told, ''),
              }),
            ]);
          }
        },
      );
      await stopping;
      expect(await readdir(join(harness.executor.directory, 'runs'))).toEqual(
        [],
      );
      return collected;
    } finally {
      await harness.remove();
    }
  }

  it('lets a run finish within its time', async () => {
    const collected = await stopMeanwhile(60_000, ({ finish }) => finish());
    expect(collected.outcome).toEqual({ status: 'completed' });
    expect(collected.log('build-image')).toMatch(/\nup\ndown\n$/);
  });

  it('cancels a run that it lets finish', async () => {
    const collected = await stopMeanwhile(60_000, ({ harness, name }) =>
      harness.executor.cancel({ name }, 'cancel'),
    );
    expect(collected.outcome).toEqual({ status: 'cancelled' });
  });

  it.each([
    ['that does not finish in time', 300],
    ['at once where it has no time', undefined],
  ])('hands a run back %s', async (_, finishWithinMs) => {
    const collected = await stopMeanwhile(
      finishWithinMs,
      async () => undefined,
    );
    expect(collected.outcome).toEqual({
      status: 'lost',
      message: 'The portal stopped while the build ran.',
      handedBack: true,
    });
  });

  it('goes on telling what it knows of the tools, and asks them no more', async () => {
    const harness = await ExecutorHarness.create();
    const before = await harness.executor.describe();
    await harness.executor.stop();
    expect(await harness.executor.refresh()).toEqual(before);
    await harness.remove();
  });
});
