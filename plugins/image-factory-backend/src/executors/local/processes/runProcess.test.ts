import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  livingWith,
  someSeconds,
  untilLiving,
} from '../__testUtils__/livingWith';
import { findKeeping, Keeping } from './keeping';
import { readProcess } from './listProcesses';
import { runProcess } from './runProcess';
import { ProcessEnd } from './startKept';

jest.setTimeout(30_000);

describe.each<[string, () => Promise<Keeping>]>([
  [
    'by a process group',
    async () => ({ by: 'process-group', reason: 'a test wants it' }),
  ],
  ['the best way that this machine has', findKeeping],
])('runProcess, keeping together %s', (_, findWay) => {
  let directory: string;
  let keeping: Keeping;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'process-'));
    keeping = await findWay();
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function run(
    script: string,
    options: {
      signal?: AbortSignal;
      onText?: (text: string, all: string) => void | Promise<void>;
      env?: Record<string, string>;
    } = {},
  ): Promise<{ end: ProcessEnd; output: string; pid: number }> {
    let output = '';
    let pid = 0;
    const end = await runProcess({
      argv: ['/bin/sh', '-c', script],
      env: { PATH: process.env.PATH ?? '', ...options.env },
      cwd: directory,
      keeping,
      signal: options.signal ?? new AbortController().signal,
      onStarted: async started => {
        pid = started;
      },
      onOutput: async bytes => {
        const text = Buffer.from(bytes).toString();
        output += text;
        await options.onText?.(text, output);
      },
    });
    return { end, output, pid };
  }

  it('hands over both outputs in the order in which they were written', async () => {
    const { output, end } = await run(
      'for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done; exit 3',
    );
    expect(output).toBe(
      [1, 2, 3, 4, 5].map(i => `out${i}\nerr${i}\n`).join(''),
    );
    expect(end).toEqual({ type: 'exited', exitCode: 3 });
  });

  it('gives the process nothing of our environment and no input', async () => {
    const { output } = await run('env | cut -d= -f1 | sort; cat', {
      env: { ONLY: 'this' },
    });
    expect(output.split('\n')).toEqual(
      expect.arrayContaining(['ONLY', 'PATH']),
    );
    expect(output).not.toContain('HOME');
    expect(output).not.toContain('NODE');
  });

  it('tells that a program is not there', async () => {
    const end = await runProcess({
      argv: ['/no/such/program'],
      env: {},
      cwd: directory,
      keeping,
      signal: new AbortController().signal,
      onStarted: async () => undefined,
      onOutput: async () => undefined,
    });
    expect(end).toMatchObject({
      type: 'not-started',
      error: { code: 'ENOENT' },
    });
  });

  it('tells that it was killed by somebody else', async () => {
    const { end } = await run('kill -KILL $$');
    expect(end).toEqual({ type: 'killed', signal: 'SIGKILL' });
  });

  it('tells a program that was killed from one that says so by its exit code', async () => {
    const { end } = await run('exit 137');
    expect(end).toEqual({ type: 'exited', exitCode: 137 });
  });

  it('ends the whole group when aborted', async () => {
    const controller = new AbortController();
    const seconds = someSeconds();
    const { end, pid } = await run(`sleep ${seconds} & echo up; wait`, {
      signal: controller.signal,
      onText: async () => {
        expect(await untilLiving(seconds)).toHaveLength(1);
        controller.abort();
      },
    });
    expect(end).toEqual({ type: 'killed', signal: 'SIGTERM' });
    expect(await readProcess(pid)).toBeUndefined();
    expect(await livingWith(seconds)).toEqual([]);
  });

  it('kills what does not heed being asked, once it has had 2 s for it', async () => {
    const controller = new AbortController();
    const seconds = someSeconds();
    let abortedAt = 0;
    const { end, pid } = await run(
      `trap "" TERM; echo ready; sleep ${seconds}`,
      {
        signal: controller.signal,
        onText: () => {
          abortedAt = performance.now();
          controller.abort();
        },
      },
    );
    const took = performance.now() - abortedAt;
    expect(end).toEqual({ type: 'killed', signal: 'SIGKILL' });
    expect(took).toBeGreaterThan(1_900);
    expect(await readProcess(pid)).toBeUndefined();
    expect(await livingWith(seconds)).toEqual([]);
  });

  it('lets what heeds being asked tidy up', async () => {
    const controller = new AbortController();
    const { output } = await run(
      'trap "sleep 0.5; echo tidied; exit" TERM; echo up; while :; do sleep 0.1; done',
      { signal: controller.signal, onText: () => controller.abort() },
    );
    // The shell says of the sleep in between that it was ended.
    expect(output).toMatch(/^up\n(Terminated\n)?tidied\n$/);
  });

  it('ends descendants that have left the group', async () => {
    const controller = new AbortController();
    const seconds = someSeconds();
    await run(`setsid sleep ${seconds} & sleep 0.3; echo up; wait`, {
      signal: controller.signal,
      onText: async () => {
        expect(await untilLiving(seconds)).toHaveLength(1);
        controller.abort();
      },
    });
    expect(await livingWith(seconds)).toEqual([]);
  });

  it('leaves nothing of the group behind when the process ends by itself', async () => {
    const seconds = someSeconds();
    const { end } = await run(`sleep ${seconds} >/dev/null 2>&1 & exit 0`);
    expect(end).toEqual({ type: 'exited', exitCode: 0 });
    expect(await livingWith(seconds)).toEqual([]);
  });

  it('loses nothing of a large output that is taken slowly', async () => {
    let bytes = 0;
    const { end } = await run('head -c 3000000 /dev/zero', {
      onText: async text => {
        bytes += text.length;
        await new Promise(resolve => setImmediate(resolve));
      },
    });
    expect(end).toEqual({ type: 'exited', exitCode: 0 });
    expect(bytes).toBe(3_000_000);
  });

  it('ends the process where its output cannot be handed over', async () => {
    let pid = 0;
    await expect(
      runProcess({
        argv: ['/bin/sh', '-c', 'echo x; exit 0'],
        env: { PATH: process.env.PATH ?? '' },
        cwd: directory,
        keeping,
        signal: new AbortController().signal,
        onStarted: async started => {
          pid = started;
        },
        onOutput: async () => {
          throw new Error('nobody takes it');
        },
      }),
    ).rejects.toThrow('nobody takes it');
    expect(await readProcess(pid)).toBeUndefined();
  });
});
