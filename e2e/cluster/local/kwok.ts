import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureRunning } from '../machine/Daemon';
import { answers } from '../machine/probes';
import { LocalCluster } from './LocalCluster';

const ANNOTATION = 'kwok.x-k8s.io/node';

/** Nodes are ready at once and stay so; pods run at once, and those of jobs end at once. */
const STAGES = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'];

const LEASE_SECONDS = 24;
const PODS_SUBNET = '10.128.0.1/24';

/** Plays nodes beside the real ones: they take pods and run nothing. A taint keeps away whoever does not ask for them. */
export async function startKwok(
  cluster: LocalCluster,
  kwok: { program: string; stages: string },
  nodes: number,
): Promise<void> {
  const { folder, state, kubectl } = cluster;
  const config = await folder.write(
    folder.of('kwok.yaml'),
    await readStages(kwok.stages),
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
    '--selector=type=kwok',
  ]);
}

async function readStages(folder: string): Promise<string> {
  const texts: string[] = [];
  for (const name of STAGES) {
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
        'build-type': 'simulated',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
      },
    },
    spec: {
      taints: [{ key: ANNOTATION, value: 'fake', effect: 'NoSchedule' }],
    },
    status: {
      allocatable: { cpu: '32', memory: '256Gi', pods: '110' },
      capacity: { cpu: '32', memory: '256Gi', pods: '110' },
    },
  };
}
