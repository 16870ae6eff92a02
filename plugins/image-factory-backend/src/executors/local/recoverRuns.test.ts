import { mockServices } from '@backstage/backend-test-utils';
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  BUSYBOX,
  describeWithMounts,
  describeWithStaticBusybox,
} from '../../__testUtils__/engines';
import { ExecutorHarness, runToEnd } from './__testUtils__/executorHarness';
import { livingWith } from './__testUtils__/livingWith';
import { makeSpec } from './__testUtils__/makeSpec';
import { findKeeping, readProcess } from './processes';
import { recoverRuns } from './recoverRuns';
import { RunWorkspace } from './RunWorkspace';

jest.setTimeout(60_000);

const logger = mockServices.logger.mock();

describe('recoverRuns', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'recover-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function workspace(
    name: string,
    owner: { instance: string; pid: number; startedAt: string },
  ): Promise<RunWorkspace> {
    const root = join(directory, name);
    const made = await RunWorkspace.create({
      root,
      instance: owner.instance,
      registries: [],
    });
    await writeFile(join(root, 'owner.json'), JSON.stringify(owner));
    return made;
  }

  const gone = { instance: 'mine', pid: 2 ** 22, startedAt: 'long ago' };

  it('removes what dead processes of this instance have left, and what has no owner', async () => {
    await workspace('left', gone);
    await mkdir(join(directory, 'unfinished'));
    expect(await recoverRuns({ directory, instance: 'mine', logger })).toEqual({
      othersRun: false,
      stuck: [],
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('touches neither another instance’s workspace nor one whose owner lives', async () => {
    await workspace('theirs', { ...gone, instance: 'theirs' });
    await RunWorkspace.create({
      root: join(directory, 'alive'),
      instance: 'mine',
      registries: [],
    });
    expect(await recoverRuns({ directory, instance: 'mine', logger })).toEqual({
      othersRun: true,
      stuck: [],
    });
    expect((await readdir(directory)).sort()).toEqual(['alive', 'theirs']);
  });

  it('takes an owner whose id is another process’s by now for dead', async () => {
    await workspace('left', { ...gone, pid: process.pid });
    await recoverRuns({ directory, instance: 'mine', logger });
    expect(await readdir(directory)).toEqual([]);
  });

  it('ends a process that was recorded, and spares one that only has its id', async () => {
    const recorded = spawn('sleep', ['1000'], { detached: true });
    const stranger = spawn('sleep', ['1000'], { detached: true });
    const ended = once(recorded, 'exit');
    try {
      const left = await workspace('left', gone);
      await left.record(recorded.pid ?? 0);
      await writeFile(
        join(directory, 'left', 'processes', `${stranger.pid}.json`),
        JSON.stringify({ pid: stranger.pid, startedAt: 'at another time' }),
      );
      await recoverRuns({ directory, instance: 'mine', logger });
      expect(await ended).toEqual([null, 'SIGKILL']);
      expect(await readProcess(stranger.pid ?? 0)).toBeDefined();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  describeWithMounts('where one cannot be removed', () => {
    it('ends what runs for the others, removes them, and removes that one the next time', async () => {
      await workspace('a-stuck', gone);
      const other = await workspace('b-other', gone);
      const mount = join(directory, 'a-stuck', 'scratch');
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', mount]);
      const sleeper = spawn('sleep', ['1000'], { detached: true });
      const ended = once(sleeper, 'exit');
      try {
        await other.record(sleeper.pid ?? 0);
        expect(
          await recoverRuns({ directory, instance: 'mine', logger }),
        ).toEqual({ othersRun: false, stuck: ['a-stuck'] });
        expect(await ended).toEqual([null, 'SIGKILL']);
        expect(await readdir(directory)).toEqual(['a-stuck']);
        expect(logger.warn).toHaveBeenLastCalledWith(
          expect.stringMatching(/a-stuck .*EBUSY/),
        );
      } finally {
        execFileSync('umount', [mount]);
        sleeper.kill('SIGKILL');
      }
      expect(
        await recoverRuns({ directory, instance: 'mine', logger }),
      ).toEqual({ othersRun: false, stuck: [] });
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('looks at those alone that it is told of', async () => {
    await workspace('left', gone);
    await workspace('not-asked-for', gone);
    await recoverRuns({
      directory,
      instance: 'mine',
      logger,
      names: ['left', 'long-gone'],
    });
    expect(await readdir(directory)).toEqual(['not-asked-for']);
  });

  const describeOnLinux =
    process.platform === 'linux' ? describe : describe.skip;

  describeOnLinux('where the system tells the variables of processes', () => {
    it('ends what runs in a workspace without a record, as where we were killed right after its start', async () => {
      await workspace('left', gone);
      await workspace('left-2', { ...gone, instance: 'theirs' });
      const start = (options: SpawnOptions) =>
        spawn('sleep', ['1000'], { ...options, detached: true });
      const left = join(directory, 'left');
      const inside = ['HOME', 'TMPDIR'].map(name =>
        start({ env: { ...process.env, [name]: join(left, 'place') } }),
      );
      const beside = [
        start({
          env: { ...process.env, HOME: join(directory, 'left-2', 'h') },
        }),
        // Somebody looks around there.
        start({ cwd: join(left, 'source') }),
      ];
      const ended = inside.map(child => once(child, 'exit'));
      try {
        await recoverRuns({ directory, instance: 'mine', logger });
        expect(await Promise.all(ended)).toEqual([
          [null, 'SIGKILL'],
          [null, 'SIGKILL'],
        ]);
        for (const { pid } of beside) {
          expect(await readProcess(pid ?? 0)).toBeDefined();
        }
      } finally {
        beside.forEach(child => child.kill('SIGKILL'));
      }
    });
  });
});

describeWithStaticBusybox('LocalExecutor after a crash', () => {
  it('ends the processes of a killed portal, removes its workspaces and builds again', async () => {
    const harness = await ExecutorHarness.create({ toolOrder: ['buildah'] });
    try {
      const source = join(harness.sources, 'crash');
      await mkdir(source);
      await copyFile(BUSYBOX, join(source, 'busybox'));
      await writeFile(
        join(source, 'Dockerfile'),
        `FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "sh", "-c", "/bin/busybox setsid /bin/busybox sh -c '/bin/busybox sleep 654321 &'; echo asleep; /bin/busybox sleep 654321"]\n`,
      );
      const portal = spawn(
        process.execPath,
        [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
          join(__dirname, '__testUtils__', 'crashingExecutor.ts'),
          harness.work,
          harness.sources,
          'crash',
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let printed = '';
      for await (const chunk of portal.stdout) {
        printed += chunk;
        if (printed.includes('asleep\n')) {
          break;
        }
      }
      // One of them has detached itself.
      while ((await sleepers()).length < 2) await delay(10);
      const killed = once(portal, 'exit');
      portal.kill('SIGKILL');
      await killed;
      // The harness holds the first slot of this host.
      const runs = `${harness.executor.directory}~2/runs`;
      expect(await readdir(runs)).toHaveLength(1);
      if ((await findKeeping()).by === 'pid-namespace') {
        // They die with the portal, before anybody tidies up.
        while ((await sleepers()).length > 0) await delay(10);
      }

      await harness.executor.recover();
      expect(await sleepers()).toEqual([]);
      expect(await readdir(runs)).toEqual([]);

      const { outcome } = await runToEnd(
        harness.executor,
        makeSpec({ root: 'examples', path: 'hello-site' }),
      );
      expect(outcome).toEqual({ status: 'completed' });
    } finally {
      await harness.remove();
    }
  });
});

/** Not the shells that have the words in their script. */
async function sleepers(): Promise<number[]> {
  return livingWith('654321');
}
