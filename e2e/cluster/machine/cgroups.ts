import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists } from './cache';

const ROOT = '/sys/fs/cgroup';
const CONTROLLERS = ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'];
const REMOVAL_ATTEMPTS = 50;
const REMOVAL_EVERY_MS = 100;

/** The cgroup that holds the pods of a node, as a path below every hierarchy. */
export function nodeCgroup(cluster: string, node: string): string {
  return `/${cluster}/${node}`;
}

/** Makes a cgroup in every hierarchy: the kubelet wants its root to be there. */
export async function makeCgroup(path: string): Promise<void> {
  if (await isUnified()) {
    await makeUnified(path);
    return;
  }
  for (const hierarchy of await hierarchies()) {
    await mkdir(join(hierarchy, path), { recursive: true });
  }
  // A new one may use no processor and no memory until it is told which.
  const cpuset = join(ROOT, 'cpuset');
  let parent = cpuset;
  for (const part of path.split('/').filter(Boolean)) {
    const child = join(parent, part);
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const value = await readFile(join(parent, file), 'utf8').catch(() => '');
      if (value.trim()) await writeFile(join(child, file), value);
    }
    parent = child;
  }
}

/** The processes in a cgroup and below it. */
export async function processesIn(path: string): Promise<number[]> {
  const pids = new Set<number>();
  for (const hierarchy of await hierarchies()) {
    for (const folder of await withDescendants(join(hierarchy, path))) {
      const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(
        () => '',
      );
      text
        .split('\n')
        .filter(Boolean)
        .forEach(pid => pids.add(Number(pid)));
    }
  }
  return [...pids];
}

/** Removes a cgroup with all below it, once its processes are gone. */
export async function removeCgroup(path: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    const folders = await withDescendants(join(hierarchy, path));
    for (const folder of folders.reverse()) await removeOne(folder);
  }
}

async function removeOne(folder: string): Promise<void> {
  for (let attempt = 1; attempt <= REMOVAL_ATTEMPTS; attempt += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      // The kernel is still at letting its last process go.
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await delay(REMOVAL_EVERY_MS);
    }
  }
}

async function makeUnified(path: string): Promise<void> {
  let folder = ROOT;
  for (const part of path.split('/').filter(Boolean)) {
    const available = await readFile(
      join(folder, 'cgroup.controllers'),
      'utf8',
    );
    const given = CONTROLLERS.filter(each =>
      available.trim().split(' ').includes(each),
    );
    await writeFile(
      join(folder, 'cgroup.subtree_control'),
      given.map(each => `+${each}`).join(' '),
    );
    folder = join(folder, part);
    await mkdir(folder, { recursive: true });
  }
}

async function isUnified(): Promise<boolean> {
  return exists(join(ROOT, 'cgroup.controllers'));
}

async function hierarchies(): Promise<string[]> {
  if (await isUnified()) return [ROOT];
  const entries = await readdir(ROOT, { withFileTypes: true });
  return entries
    .filter(entry => entry.isDirectory())
    .map(entry => join(ROOT, entry.name));
}

/** Parents before their children. */
async function withDescendants(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    () => undefined,
  );
  if (!entries) return [];
  const below = await Promise.all(
    entries
      .filter(entry => entry.isDirectory())
      .map(entry => withDescendants(join(folder, entry.name))),
  );
  return [folder, ...below.flat()];
}
