import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcess } from './listProcesses';
import { ProcessEnd, runProcess } from './runProcess';

jest.setTimeout(30_000);

describe('runProcess', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'process-'));
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

  it('ends the whole group when aborted', async () => {
    const controller = new AbortController();
    let child = 0;
    const { end, pid } = await run('sleep 1000 & echo $!; wait', {
      signal: controller.signal,
      onText: (_, all) => {
        child = Number(all.trim());
        controller.abort();
      },
    });
    expect(end).toEqual({ type: 'killed', signal: 'SIGTERM' });
    expect(child).toBeGreaterThan(0);
    expect(await readProcess(pid)).toBeUndefined();
    expect(await readProcess(child)).toBeUndefined();
  });

  it('kills after a while what does not heed being asked', async () => {
    const controller = new AbortController();
    const { end, pid } = await run(
      'trap "" TERM; echo ready; while :; do sleep 1; done',
      { signal: controller.signal, onText: () => controller.abort() },
    );
    expect(end).toEqual({ type: 'killed', signal: 'SIGKILL' });
    expect(await readProcess(pid)).toBeUndefined();
  });

  it('ends descendants that have left the group', async () => {
    const controller = new AbortController();
    let escaped = 0;
    await run('setsid sleep 1000 & echo $!; wait', {
      signal: controller.signal,
      onText: async (_, all) => {
        escaped = Number(all.trim());
        controller.abort();
      },
    });
    expect(escaped).toBeGreaterThan(0);
    expect(await readProcess(escaped)).toBeUndefined();
  });

  it('leaves nothing of the group behind when the process ends by itself', async () => {
    const { output, end } = await run(
      'sleep 1000 >/dev/null 2>&1 & echo $!; exit 0',
    );
    expect(end).toEqual({ type: 'exited', exitCode: 0 });
    expect(await readProcess(Number(output.trim()))).toBeUndefined();
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
