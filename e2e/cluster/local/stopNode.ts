import { readFile, readdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCgroup, processesIn, removeCgroup } from '../machine/cgroups';
import { ClusterFolder } from '../machine/ClusterFolder';
import { signalProcess, stopDaemon } from '../machine/Daemon';
import { unmountBelow } from '../machine/mounts';
import { processesNaming } from '../machine/processesNaming';
import { containerdSocket } from './nodeDaemons';
import { NodeName } from './nodes';

const SHIM = 'containerd-shim-runc-v2';
const EMPTY_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Kills the two programs of a node at once, as a machine that loses its network: its containers live on. */
export async function cutNode(
  folder: ClusterFolder,
  name: NodeName,
): Promise<void> {
  await stopDaemon(folder, `${name}-kubelet`, 'SIGKILL');
  await stopDaemon(folder, `${name}-containerd`, 'SIGKILL');
}

/** Kills a node with all of its containers, as a machine that loses its power, and removes what a boot would not find. */
export async function killNode(
  folder: ClusterFolder,
  bridge: string,
  name: NodeName,
): Promise<void> {
  await cutNode(folder, name);
  const cgroup = nodeCgroup(bridge, name);
  const shims = () => processesNaming(SHIM, containerdSocket(folder, name));
  // Containers first: it is the shims that take their ends.
  await killAll(() => processesIn(cgroup));
  const sockets = await shimSockets(folder, name);
  await killAll(shims);
  await unmountBelow(folder.of(name));
  await rm(folder.of(name, 'run'), { recursive: true, force: true });
  await Promise.all(sockets.map(path => rm(path, { force: true })));
  await removeCgroup(cgroup);
}

async function killAll(find: () => Promise<number[]>): Promise<void> {
  const deadline = performance.now() + EMPTY_WITHIN_MS;
  let pids = await find();
  while (pids.length > 0 && performance.now() < deadline) {
    pids.forEach(pid => signalProcess(pid, 'SIGKILL'));
    await delay(LOOK_EVERY_MS);
    pids = await find();
  }
}

/** Shims listen in /run, under names that tell nothing; each says where in its folder. */
async function shimSockets(
  folder: ClusterFolder,
  name: NodeName,
): Promise<string[]> {
  const tasks = folder.of(name, 'run/io.containerd.runtime.v2.task/k8s.io');
  const ids = await readdir(tasks).catch(() => []);
  const addresses = await Promise.all(
    ids.map(id => readFile(`${tasks}/${id}/address`, 'utf8').catch(() => '')),
  );
  return addresses
    .filter(each => each.startsWith('unix://'))
    .map(each => each.slice('unix://'.length).trim());
}
