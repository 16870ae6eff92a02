import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kubectl } from '../access/Kubectl';
import { ClusterFolder } from '../machine/ClusterFolder';
import { ensureRunning, stopDaemon } from '../machine/Daemon';
import { answers } from '../machine/probes';
import { LocalCluster } from './LocalCluster';

const ANNOTATION = 'kwok.x-k8s.io/node';
const TAINT = { key: ANNOTATION, value: 'fake', effect: 'NoSchedule' };
const SELECTOR = '--selector=type=kwok';

/** Nodes are ready at once and stay so. */
const NODE_STAGES = ['node/fast', 'node/heartbeat-with-lease'];
/** Pods run at once, and those of jobs end at once. */
const POD_STAGES = ['pod/fast'];

const LEASE_SECONDS = 24;
const RESOURCES = {
  cpu: '32',
  memory: '256Gi',
  'ephemeral-storage': '1Ti',
  pods: '110',
};
const PODS_SUBNET = '10.128.0.1/16';

/** What a pod has to say to be put on a node that kwok plays. */
export const KWOK_PLACEMENT = {
  nodeSelector: { 'build-type': 'simulated' },
  tolerations: [{ ...TAINT, operator: 'Equal' }],
};

/** How the pods of played nodes live. */
export type PlayedPods = {
  /** Stages of kwok, as YAML, instead of those by which every pod just runs. */
  stages?: string;
  /** Where the API server gets their logs from, as from a kubelet: by https, on this machine. */
  logsPort?: number;
};

/** Plays nodes beside the real ones: they take pods and run nothing. A taint keeps away whoever does not ask for them. */
export async function startKwok(
  cluster: LocalCluster,
  kwok: { program: string; stages: string },
  nodes: number,
  pods: PlayedPods = {},
): Promise<void> {
  const { folder, state, kubectl } = cluster;
  const config = await folder.write(
    folder.of('kwok.yaml'),
    [
      await readStages(kwok.stages, NODE_STAGES),
      pods.stages ?? (await readStages(kwok.stages, POD_STAGES)),
    ].join('\n---\n'),
  );
  const address = `127.0.0.1:${state.ports.kwok}`;
  await ensureRunning(folder, {
    name: 'kwok',
    command: kwok.program,
    args: [
      `--config=${config}`,
      `--kubeconfig=${folder.adminKubeconfig}`,
      `--manage-nodes-with-annotation-selector=${ANNOTATION}=fake`,
      // A quarter of it is how often a node tells that it lives.
      `--node-lease-duration-seconds=${LEASE_SECONDS}`,
      `--cidr=${PODS_SUBNET}`,
      `--server-address=${address}`,
      ...(pods.logsPort
        ? ['--node-ip=127.0.0.1', `--node-port=${pods.logsPort}`]
        : []),
    ],
    isReady: () => answers(`http://${address}/healthz`),
  });
  const items = Array.from({ length: nodes }, (_, index) => kwokNode(index));
  await kubectl.apply(
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
  await kubectl.run([
    'wait',
    '--for=condition=Ready',
    '--timeout=300s',
    'nodes',
    SELECTOR,
  ]);
}

/** Ends kwok and removes the nodes that it has played, whether or not it runs. */
export async function stopKwok(
  folder: ClusterFolder,
  kubectl: Kubectl,
): Promise<void> {
  await kubectl.run(['delete', 'nodes', SELECTOR]);
  await stopDaemon(folder, 'kwok');
}

async function readStages(folder: string, names: string[]): Promise<string> {
  const texts: string[] = [];
  for (const name of names) {
    const files = (await readdir(join(folder, name))).filter(
      file => file.endsWith('.yaml') && file !== 'kustomization.yaml',
    );
    for (const file of files.sort()) {
      texts.push(await readFile(join(folder, name, file), 'utf8'));
    }
  }
  return texts.join('\n---\n');
}

function kwokNode(index: number): object {
  const name = `kwok-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { [ANNOTATION]: 'fake' },
      labels: {
        type: 'kwok',
        ...KWOK_PLACEMENT.nodeSelector,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
      },
    },
    spec: { taints: [TAINT] },
    status: { allocatable: RESOURCES, capacity: RESOURCES },
  };
}
