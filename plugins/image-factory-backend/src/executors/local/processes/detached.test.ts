import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describeWithMounts } from '../../../__testUtils__/engines';
import { livingWith, someSeconds } from '../__testUtils__/livingWith';
import { findKeeping, Keeping } from './keeping';
import { runProcess } from './runProcess';
import { ProcessEnd } from './startKept';

jest.setTimeout(30_000);

async function run(
  script: string,
  options: {
    keeping: Keeping;
    signal?: AbortSignal;
    onText?: () => void | Promise<void>;
  },
): Promise<{ end: ProcessEnd; output: string }> {
  let output = '';
  const end = await runProcess({
    argv: ['/bin/sh', '-c', script],
    env: { PATH: process.env.PATH ?? '' },
    cwd: tmpdir(),
    keeping: options.keeping,
    signal: options.signal ?? new AbortController().signal,
    onStarted: async () => undefined,
    onOutput: async bytes => {
      output += Buffer.from(bytes).toString();
      await options.onText?.();
    },
  });
  return { end, output };
}

/** The shell between leaves at once, so that nobody can tell by parents whose the sleeper is. */
function detached(seconds: string): string {
  return `setsid sh -c 'sleep ${seconds} >/dev/null 2>&1 &'`;
}

describeWithMounts('A process that detaches itself', () => {
  describe('from what a pid namespace keeps together', () => {
    let keeping: Keeping;

    beforeAll(async () => {
      keeping = await findKeeping();
    });

    it.each(['nsenter', 'mount', 'sh'] as const)(
      'was not started where %s of the machine fails, rather than failed by itself',
      async program => {
        if (keeping.by !== 'pid-namespace') throw new Error(keeping.reason);
        const programs = { ...keeping.programs, [program]: '/bin/false' };
        const { end, output } = await run('echo started', {
          keeping: { by: 'pid-namespace', programs },
        });
        expect(output).not.toContain('started');
        expect(end).toMatchObject({
          type: 'not-started',
          error: {
            message: expect.stringContaining('could not be enclosed'),
          },
        });
      },
    );

    it('is kept in one where this machine allows that', () => {
      expect(keeping).toMatchObject({ by: 'pid-namespace' });
    });

    it.each([0.5, 2])(
      'is gone when that ends after %f s, whose exit code is told',
      async pause => {
        const seconds = someSeconds();
        let lived = 0;
        const { end } = await run(
          `${detached(seconds)}; sleep 0.5; echo up; sleep ${pause}; exit 4`,
          {
            keeping,
            onText: async () => {
              lived = (await livingWith(seconds)).length;
            },
          },
        );
        expect(lived).toBe(1);
        expect(end).toEqual({ type: 'exited', exitCode: 4 });
        expect(await livingWith(seconds)).toEqual([]);
      },
    );

    it('is gone when that is aborted, though it heeds nothing', async () => {
      const seconds = someSeconds();
      const controller = new AbortController();
      let lived = 0;
      const { end } = await run(
        `(trap '' TERM; ${detached(seconds)}); sleep 0.5; echo up; sleep 1000`,
        {
          keeping,
          signal: controller.signal,
          onText: async () => {
            lived = (await livingWith(seconds)).length;
            controller.abort();
          },
        },
      );
      expect(lived).toBe(1);
      expect(end).toEqual({ type: 'killed', signal: 'SIGTERM' });
      expect(await livingWith(seconds)).toEqual([]);
    });

    it('is taken in there, so that whoever waits for its end sees it', async () => {
      const { output } = await run(
        [
          `pid=$(sh -c 'sleep 0.2 >/dev/null 2>&1 & echo $!')`,
          'for i in 1 2 3 4 5 6 7 8 9 10; do test -e /proc/$pid || break; sleep 0.2; done',
          'test -e /proc/$pid && echo there || echo gone',
        ].join('\n'),
        { keeping },
      );
      expect(output).toBe('gone\n');
    });

    it('reaches no process of the machine', async () => {
      const stranger = spawn('sleep', ['1000']);
      try {
        const { output } = await run(
          `kill -KILL ${stranger.pid}; test -e /proc/${stranger.pid} && echo seen; kill -TERM -1; echo over`,
          { keeping },
        );
        expect(output).not.toContain('seen');
        expect(output).toMatch(/over\n$/);
        expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
        expect(await livingWith('1000')).toContain(stranger.pid);
      } finally {
        stranger.kill('SIGKILL');
      }
    });

    it('is ended with one that is aborted while it is being started', async () => {
      for (const after of [0, 2, 5, 10]) {
        const seconds = someSeconds();
        const controller = new AbortController();
        setTimeout(() => controller.abort(), after);
        const since = performance.now();
        await run(`sleep ${seconds}`, {
          keeping,
          signal: controller.signal,
        });
        expect(performance.now() - since).toBeLessThan(1_900);
        expect(await livingWith(seconds)).toEqual([]);
      }
    });

    it('cannot be started where its program is none', async () => {
      const end = await runProcess({
        argv: ['/etc/passwd'],
        env: {},
        cwd: tmpdir(),
        keeping,
        signal: new AbortController().signal,
        onStarted: async () => undefined,
        onOutput: async () => undefined,
      });
      expect(end).toMatchObject({ type: 'not-started' });
    });
  });

  it('is found without one by the mount namespace that came of what it left', async () => {
    const seconds = someSeconds();
    const { end } = await run(
      `unshare --mount sh -c "sleep 1; ${detached(seconds)}; sleep 0.2"`,
      { keeping: { by: 'process-group', reason: 'a test wants it' } },
    );
    expect(end).toEqual({ type: 'exited', exitCode: 0 });
    expect(await livingWith(seconds)).toEqual([]);
  });
});
