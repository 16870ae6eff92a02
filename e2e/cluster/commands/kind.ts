import { rm } from 'node:fs/promises';
import { ClusterFolder } from '../machine/ClusterFolder';
import { run, tryToRun } from '../machine/run';
import { NODES } from '../local/nodes';

const NAME = 'image-factory';

/** An image of kind's nodes that Docker has already, where both can be used. */
export async function findKindImage(): Promise<string | undefined> {
  const usable = await Promise.all([
    tryToRun('docker', ['info']),
    tryToRun('kind', ['version']),
  ]);
  if (usable.some(({ code }) => code !== 0)) return undefined;
  const { stdout } = await tryToRun('docker', [
    ...['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'],
    'kindest/node',
  ]);
  return (
    stdout.split('\n').find(each => !each.endsWith(':<none>')) || undefined
  );
}

/** Makes a cluster with kind, with the nodes that a cluster of this machine's own has; gives its kubeconfig. */
export async function upKind(
  folder: ClusterFolder,
  image: string,
): Promise<string> {
  const clusters = await run('kind', ['get', 'clusters']);
  const kubeconfig = folder.adminKubeconfig;
  if (clusters.split('\n').includes(NAME)) {
    const text = await run('kind', ['get', 'kubeconfig', '--name', NAME]);
    return folder.write(kubeconfig, text);
  }
  const config = {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      { role: 'control-plane' },
      ...NODES.map(({ buildType }) => ({
        role: 'worker',
        labels: { 'build-type': buildType },
      })),
    ],
  };
  await run(
    'kind',
    [
      ...['create', 'cluster', '--name', NAME, '--image', image],
      ...['--kubeconfig', kubeconfig, '--wait', '3m', '--config', '-'],
    ],
    { input: JSON.stringify(config) },
  );
  return kubeconfig;
}

/** Deletes what {@link upKind} has made. */
export async function downKind(folder: ClusterFolder): Promise<void> {
  await rm(folder.adminKubeconfig, { force: true });
  await run('kind', ['delete', 'cluster', '--name', NAME]);
}
