import {
  BuildMethod,
  ExecutionUpdate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Collected,
  ExecutorHarness,
  runToEnd,
} from './__testUtils__/executorHarness';
import { livingWith, someSeconds } from './__testUtils__/livingWith';
import { makeSpec } from './__testUtils__/makeSpec';
import { shellMethod } from './__testUtils__/shellMethod';

jest.setTimeout(60_000);

const CANCELLED_WITHIN_MS = 5_000;
const TIDIES_FOR_S = 4;

/** Tidies up for longer than somebody waits who cancels. */
const untidyMethod: BuildMethod = {
  ...shellMethod,
  id: 'untidy',
  localPlan: (...given) => ({
    ...shellMethod.localPlan!(...given),
    cleanup: [{ argv: ['/bin/sleep', String(TIDIES_FOR_S)] }],
  }),
};

describe('LocalExecutor, where a run is cancelled', () => {
  let harness: ExecutorHarness;
  let tools: string;

  beforeEach(async () => {
    tools = await mkdtemp(join(tmpdir(), 'tools-'));
  });

  afterEach(async () => {
    await harness.remove();
    await rm(tools, { recursive: true });
  });

  async function create(
    options: Parameters<typeof ExecutorHarness.create>[0] = {},
  ) {
    harness = await ExecutorHarness.create({
      furtherMethods: [shellMethod, untidyMethod],
      ...options,
    });
    await mkdir(join(harness.sources, 'app'));
  }

  const specOf = (script: string, method = 'shell') =>
    makeSpec({ path: 'app', method, parameters: { script } });

  /** Cancels a run once it prints `up`; tells how long its outcome took from there. */
  async function cancelWhenUp(spec: ReturnType<typeof specOf>) {
    let cancelledAt = 0;
    let told = 0;
    const collected = await runToEnd(harness.executor, spec, update => {
      if (isUp(update)) {
        cancelledAt = performance.now();
        void harness.executor.cancel({ name: spec.name }, 'cancel');
      }
      if (update.type === 'outcome') told = performance.now() - cancelledAt;
    });
    return { collected, told, over: performance.now() - cancelledAt };
  }

  const workspaces = () => readdir(join(harness.executor.directory, 'runs'));

  it('ends within 5 s a step that does not heed being asked', async () => {
    await create();
    const seconds = someSeconds();
    const { collected, told, over } = await cancelWhenUp(
      specOf(`trap '' TERM; echo up; sleep ${seconds}; sleep ${seconds}`),
    );
    expect(collected.outcome).toEqual({ status: 'cancelled' });
    expect(told).toBeLessThan(CANCELLED_WITHIN_MS);
    expect(over).toBeLessThan(CANCELLED_WITHIN_MS);
    expect(await livingWith(seconds)).toEqual([]);
    expect(await workspaces()).toEqual([]);
  });

  it('tells the outcome before all is tidied up, and is over only after that', async () => {
    await create();
    const { collected, told, over } = await cancelWhenUp(
      specOf('echo up; sleep 1000', 'untidy'),
    );
    expect(collected.outcome).toEqual({ status: 'cancelled' });
    expect(told).toBeLessThan(3_000);
    expect(over).toBeGreaterThan(TIDIES_FOR_S * 1000 - 100);
    expect(await workspaces()).toEqual([]);
  });

  it('gives its place to another only when all is tidied up', async () => {
    await create({ maxRunning: 1 });
    const first = specOf('echo up; sleep 1000', 'untidy');
    let next: Promise<Collected> | undefined;
    let beside: string[] | undefined;
    await runToEnd(harness.executor, first, update => {
      if (isUp(update)) {
        void harness.executor.cancel({ name: first.name }, 'cancel');
      }
      if (update.type === 'outcome') {
        next = runToEnd(
          harness.executor,
          specOf('echo up'),
          async nextUpdate => {
            if (isUp(nextUpdate)) beside ??= await workspaces();
          },
        );
        next.catch(() => undefined);
      }
    });
    expect((await next)?.outcome).toEqual({ status: 'completed' });
    expect(beside).not.toContain(first.name);
  });

  it('completes a run that nobody cancels only when all is tidied up', async () => {
    await create();
    const since = performance.now();
    let told = 0;
    await runToEnd(harness.executor, specOf('echo up', 'untidy'), update => {
      if (update.type === 'outcome') told = performance.now() - since;
    });
    expect(told).toBeGreaterThan(TIDIES_FOR_S * 1000 - 100);
  });

  it('does not wait for a store that is being swept', async () => {
    const seconds = `8.${process.pid}`;
    await create({ toolPaths: { buildah: join(tools, 'buildah') } });
    await writeFile(
      join(tools, 'buildah'),
      `#!/bin/sh\ncase "$*" in\n*--version) echo buildah version 1.30.0;;\n*' rm --all') exec sleep ${seconds};;\nesac\n`,
      { mode: 0o755 },
    );
    const recovered = harness.executor.recover();
    while ((await livingWith(seconds)).length === 0) await delay(10);
    const spec = specOf('echo up');
    const since = performance.now();
    const collecting = runToEnd(harness.executor, spec);
    await harness.executor.cancel({ name: spec.name }, 'cancel');
    const { outcome, steps } = await collecting;
    expect(outcome).toEqual({ status: 'cancelled' });
    expect(steps).toEqual([]);
    expect(performance.now() - since).toBeLessThan(CANCELLED_WITHIN_MS);
    expect(await livingWith(seconds)).not.toEqual([]);
    await recovered;
  });
});

function isUp(update: ExecutionUpdate): boolean {
  return (
    update.type === 'log' &&
    Buffer.from(update.bytes).toString().includes('up\n')
  );
}
