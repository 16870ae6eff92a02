import { randomBytes } from 'node:crypto';
import { tryToRun } from '../machine/run';
import { ClusterFolder } from '../machine/ClusterFolder';
import { findPorts } from '../machine/findPorts';
import { Problem } from '../Problem';
import { ClusterNetwork, chooseNetwork } from './network';
import { NODES } from './nodes';

const PORTS = [
  'etcd',
  'etcd-peer',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy-health',
  'kube-proxy-metrics',
  'registry',
  'git',
  'kwok',
  'metrics-server',
  ...NODES.flatMap(({ name }) => [
    `${name}-kubelet` as const,
    `${name}-health` as const,
  ]),
] as const;

export type PortName = (typeof PORTS)[number];

/** What is chosen once for a cluster and stays, however often its programs are started. */
export type ClusterState = {
  ports: Record<PortName, number>;
  network: ClusterNetwork;
  /** By the names of those who log in. */
  passwords: { nodes: string; builder: string; git: string };
  /** Whether another Kubernetes had rules in this machine's packet filter before. */
  otherKubernetesRules: boolean;
};

/** The state of the cluster in a folder; a new one where there is none. */
export async function openState(folder: ClusterFolder): Promise<ClusterState> {
  const known = await readState(folder);
  if (known) {
    demandAllPorts(folder, known);
    return known;
  }
  const state: ClusterState = {
    ports: await findPorts(PORTS),
    network: await chooseNetwork(),
    passwords: {
      nodes: newPassword(),
      builder: newPassword(),
      git: newPassword(),
    },
    otherKubernetesRules: await hasKubernetesRules(),
  };
  await folder.writeJson(stateFile(folder), state);
  return state;
}

/** What runs is left alone by `up`, so what came since could not be added to it. */
function demandAllPorts(folder: ClusterFolder, { ports }: ClusterState): void {
  const missing = PORTS.find(name => ports[name] === undefined);
  if (missing === undefined) return;
  throw new Problem(
    `The cluster in ${folder.path} was brought up before it had a ${missing}`,
    'run `npm run cluster -- down`, then `up` again',
  );
}

/** The state of the cluster in a folder, where there is one. */
export async function readState(
  folder: ClusterFolder,
): Promise<ClusterState | undefined> {
  return folder.readJson<ClusterState>(stateFile(folder));
}

function stateFile(folder: ClusterFolder): string {
  return folder.of('state.json');
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

async function hasKubernetesRules(): Promise<boolean> {
  const { stdout } = await tryToRun('iptables-save', []);
  return /^:KUBE-/m.test(stdout);
}
