import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readState } from '../local/ClusterState';
import { removeNetwork } from '../local/network';
import { NODES } from '../local/nodes';
import { killNode } from '../local/stopNode';
import { removeCgroup } from '../machine/cgroups';
import { ClusterFolder } from '../machine/ClusterFolder';
import { stopDaemon } from '../machine/Daemon';
import { unmountBelow } from '../machine/mounts';
import { tryToRun } from '../machine/run';
import { say } from '../machine/say';
import { removeKubernetesRules } from '../local/kubernetesRules';
import { removeTracesOfKubelets } from '../local/removeTracesOfKubelets';

/** What stays for whoever wants to know what has happened. */
const KEPT = ['logs'];

/** Clients first, so that nobody complains of a server that is gone. */
const ORDER = [
  'kwok',
  'metrics-server',
  'kube-proxy',
  'kube-scheduler',
  'kube-controller-manager',
  'kube-apiserver',
  'etcd',
  'git-server',
  'registry',
];

/** Stops all that `up` has started in a folder, as far as it came, and removes what it has left on the machine. */
export async function down(folder: ClusterFolder): Promise<void> {
  const state = await readState(folder);
  if (!state) {
    say(`There is no cluster in ${folder.path}`);
    return;
  }
  const { bridge } = state.network;
  await Promise.all(NODES.map(({ name }) => killNode(folder, bridge, name)));
  for (const name of ORDER) await stopDaemon(folder, name);
  await unmountBelow(folder.path);
  await removeCgroup(`/${bridge}`);
  await removeNetwork(state.network);
  if (!state.otherKubernetesRules) await removeKubernetesRules();
  await removeTracesOfKubelets(folder.path);
  await removeContent(folder);
  say(
    `The cluster in ${folder.path} is gone; its logs are in ${folder.of(
      'logs',
    )}`,
  );
}

/** The state goes last: an interrupted `down` can be run again. */
async function removeContent(folder: ClusterFolder): Promise<void> {
  const names = await readdir(folder.path);
  const last = 'state.json';
  for (const name of [...names.filter(each => each !== last), last]) {
    if (!KEPT.includes(name)) {
      await rm(join(folder.path, name), { recursive: true, force: true });
    }
  }
  await tryToRun('rmdir', ['--ignore-fail-on-non-empty', folder.path]);
}
