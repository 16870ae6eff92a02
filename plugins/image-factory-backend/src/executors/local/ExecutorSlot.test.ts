import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ExecutorSlot } from './ExecutorSlot';
import { readProcess } from './processes';
import { ownerHere, SlotOwner } from './SlotOwner';

const HOUR_MS = 3_600_000;

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

  /** As a process that was killed leaves it: with the record of its owner, and a date that nobody renews any more. */
  async function leave(
    name: string,
    owner: Partial<SlotOwner>,
    silentForHours = 0,
  ) {
    const file = await ownerFile(name);
    await writeFile(file, JSON.stringify({ ...(await ownerHere()), ...owner }));
    await silence(name, silentForHours);
  }

  async function silence(name: string, hours: number) {
    const date = new Date(Date.now() - hours * HOUR_MS);
    await utimes(await ownerFile(name), date, date);
  }

  async function ownerFile(name: string): Promise<string> {
    const files = await readdir(join(directory, name));
    const [file] = files.filter(one => one.startsWith('owner.'));
    return join(directory, name, file);
  }

  async function takeLeft(host: string): Promise<ExecutorSlot[]> {
    const slots: ExecutorSlot[] = [];
    const left = ExecutorSlot.takeLeft({
      directory,
      host,
      onProblem: (_, error) => {
        throw error;
      },
    });
    for await (const slot of left) slots.push(slot);
    return slots;
  }

  it('gives each of many at the same time a slot of its own', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => take()));
    expect(new Set(taken.map(({ name }) => name)).size).toBe(8);
  });

  it('lets only one of many have a slot whose owner is dead', async () => {
    const { name } = await take();
    await leave(name, { startedAt: 'at another time' });
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
    const { pid, startedAt } = (await readProcess(sleeper.pid ?? 0))!;
    const ended = once(sleeper, 'exit');
    await leave(killed.name, { pid, startedAt });
    await leave(elsewhere.name, { bootId: 'of another machine' });
    expect(await takeLeft('web-1')).toEqual([]);
    sleeper.kill('SIGKILL');
    await ended;
    const left = await takeLeft('web-1');
    expect(left.map(slot => slot.directory)).toEqual([killed.slot.directory]);
    expect(left[0].directory).not.toBe(alive.slot.directory);
  });

  describe.each([
    ['machine', { bootId: 'another', machine: 'another' }],
    ['container of the machine', { pidNamespace: 'pid:[1]' }],
  ])('held by another %s of the same host name', (_, where) => {
    it('is never taken while its owner gives a sign of life, though no process of that id lives here', async () => {
      const { name } = await take();
      await leave(name, { ...where, pid: 2 ** 22 }, 23);
      expect(await takeLeft('web-1')).toEqual([]);
      expect((await take()).name).not.toBe(name);
    });

    it('is taken once it was silent for a day, though a process of that id lives here', async () => {
      const { name } = await take();
      await leave(name, where, 25);
      const [left] = await takeLeft('web-1');
      expect(basename(left.directory)).toBe(name);
    });
  });

  it('is free at once where its machine has restarted', async () => {
    const { name } = await take();
    const { machine } = await ownerHere();
    // In a container, or without an id, a machine cannot be told from others.
    await leave(name, { bootId: 'before', machine: machine ?? 'unknown' });
    expect((await takeLeft('web-1')).length).toBe(machine ? 1 : 0);
  });

  it('of another host is taken only once it was silent for a day, held or let go', async () => {
    const held = await take('gone-1');
    const free = await take('gone-2');
    const resting = await take('back-soon');
    const living = await take('lives');
    await leave(held.name, { bootId: 'of another machine' }, 25);
    await free.slot.release();
    await silence(free.name, 25);
    await resting.slot.release();
    const left = await takeLeft('web-1');
    expect(left.map(slot => basename(slot.directory)).sort()).toEqual([
      'gone-1',
      'gone-2',
    ]);
    expect(left.map(slot => slot.isOfThisHost)).toEqual([false, false]);
    await Promise.all(left.map(slot => slot.remove()));
    expect((await readdir(directory)).sort()).toEqual(['back-soon', 'lives']);
    expect(await readFile(await ownerFile(living.name), 'utf8')).toContain(
      String(process.pid),
    );
  });

  it('gives a sign of life until it is let go', async () => {
    const slot = await ExecutorSlot.take({
      directory,
      host: 'web-1',
      beatMs: 20,
    });
    const file = await ownerFile('web-1');
    const age = async () => Date.now() - (await stat(file)).mtimeMs;
    await silence('web-1', 2);
    await until(async () => (await age()) < HOUR_MS);
    await slot.release();
    await silence('web-1', 2);
    await delay(100);
    expect(await age()).toBeGreaterThan(HOUR_MS);
  });

  it('tells of one that cannot be looked into, and goes on with the others', async () => {
    const broken = await take('web-1');
    const killed = await take('web-1');
    await leave(killed.name, { startedAt: 'at another time' });
    await rm(broken.slot.runs, { recursive: true });
    await writeFile(broken.slot.runs, 'a file');
    const told: string[] = [];
    const slots: string[] = [];
    for await (const slot of ExecutorSlot.takeLeft({
      directory,
      host: 'web-1',
      onProblem: problem => told.push(problem),
    })) {
      slots.push(slot.directory);
    }
    expect(told).toEqual([broken.slot.directory]);
    expect(slots).toEqual([killed.slot.directory]);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}
