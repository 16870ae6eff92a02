import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listensOn } from '../machine/probes';
import { tryToRun } from '../machine/run';

/** Kubelets put these here, wherever else they are told to put things. */
const SOCKET = '/var/lib/kubelet/device-plugins/kubelet.sock';
const LINKS = '/var/log/containers';

/** The inner ones first. */
const FOLDERS = ['/var/lib/kubelet/device-plugins', '/var/lib/kubelet', LINKS];

/** Removes what the kubelets of a cluster have left in the machine's own places; what is another kubelet's stays. */
export async function removeTracesOfKubelets(folder: string): Promise<void> {
  for (const name of await readdir(LINKS).catch(() => [])) {
    const path = join(LINKS, name);
    const target = await readlink(path).catch(() => '');
    if (target.startsWith(`${folder}/`)) await rm(path, { force: true });
  }
  if (!(await listensOn(SOCKET))) await rm(SOCKET, { force: true });
  // A folder that is not empty stays.
  for (const path of FOLDERS) await tryToRun('rmdir', [path]);
}
