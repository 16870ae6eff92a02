import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ExecutorSlot } from './ExecutorSlot';
import { readProcess } from './processes';

describe('ExecutorSlot', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slots-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function take(host = 'web-1') {
    const slot = await ExecutorSlot.take({ directory, host });
    return { slot, name: basename(slot.directory) };
  }

  /** As a process that was killed leaves it. */
  async function leave(name: string, owner: unknown) {
    const files = await readdir(join(directory, name));
    const [file] = files.filter(one => one.startsWith('owner.'));
    await writeFile(join(directory, name, file), JSON.stringify(owner));
  }

  it('gives each of many at the same time a slot of its own', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => take()));
    expect(new Set(taken.map(({ name }) => name)).size).toBe(8);
  });

  it('lets only one of many have a slot whose owner is dead', async () => {
    const { name } = await take();
    await leave(name, { pid: process.pid, startedAt: 'at another time' });
    const taken = await Promise.all(Array.from({ length: 8 }, () => take()));
    expect(new Set(taken.map(one => one.name)).size).toBe(8);
    expect(taken.filter(one => one.name === name)).toHaveLength(1);
  });

  it('keeps hosts apart, also one that is called as another with a number', async () => {
    expect((await take('web')).name).toBe('web');
    expect((await take('web')).name).toBe('web~2');
    expect((await take('web-2')).name).toBe('web-2');
    expect((await take('web~2')).name).toBe('web-2~2');
    expect((await take('../up')).name).toBe('..-up');
  });

  it('is free again once it is let go, and not before', async () => {
    const { slot, name } = await take();
    expect((await take()).name).not.toBe(name);
    await slot.release();
    expect((await take()).name).toBe(name);
  });

  it('finds what dead processes of this host have left, and nothing of the living or of another host', async () => {
    const alive = await take();
    const killed = await take();
    const elsewhere = await take('web-2');
    const sleeper = spawn('sleep', ['1000']);
    const owner = await readProcess(sleeper.pid ?? 0);
    const ended = once(sleeper, 'exit');
    await leave(killed.name, owner);
    await leave(elsewhere.name, { pid: 1, startedAt: 'on another machine' });
    expect(await ExecutorSlot.takeLeft({ directory, host: 'web-1' })).toEqual(
      [],
    );
    sleeper.kill('SIGKILL');
    await ended;
    const left = await ExecutorSlot.takeLeft({ directory, host: 'web-1' });
    expect(left.map(slot => slot.directory)).toEqual([killed.slot.directory]);
    expect(left[0].directory).not.toBe(alive.slot.directory);
  });
});
