import { Kubectl } from '../access/Kubectl';
import { ClusterDescription } from '../ClusterDescription';
import { readState } from '../local/ClusterState';
import { NODES } from '../local/nodes';
import { ClusterFolder } from '../machine/ClusterFolder';
import { findPid } from '../machine/Daemon';
import { tektonDeployments } from '../tekton/installTekton';

const PROGRAMS = [
  'registry',
  'git-server',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'metrics-server',
  ...NODES.flatMap(({ name }) => [`${name}-containerd`, `${name}-kubelet`]),
];

/** Tells how each program, node and deployment is; gives whether all are well. */
export async function status(folder: ClusterFolder): Promise<boolean> {
  const description = await folder.readJson<ClusterDescription>(
    folder.description,
  );
  const state = await readState(folder);
  if (!description && !state) {
    console.log(`There is no cluster in ${folder.path}`);
    return false;
  }
  const lines: Line[] = state ? await programs(folder) : [];
  if (description) {
    const kubectl = Kubectl.create({
      program: description.programs.kubectl,
      kubeconfig: description.kubeconfig,
    });
    lines.push(...(await nodes(kubectl)), ...(await deployments(kubectl)));
  } else {
    lines.push({
      kind: 'cluster',
      name: folder.path,
      state: '`up` has not come to its end: run it again',
      well: false,
    });
  }
  for (const { kind, name, state: text, well } of lines) {
    console.log(
      `${well ? '✓' : '✗'} ${kind.padEnd(10)} ${name.padEnd(28)} ${text}`,
    );
  }
  return lines.every(({ well }) => well);
}

type Line = { kind: string; name: string; state: string; well: boolean };

async function programs(folder: ClusterFolder): Promise<Line[]> {
  return Promise.all(
    PROGRAMS.map(async name => {
      const pid = await findPid(folder, name);
      return {
        kind: 'program',
        name,
        state: pid ? `runs as ${pid}` : `does not run: ${folder.log(name)}`,
        well: pid !== undefined,
      };
    }),
  );
}

async function nodes(kubectl: Kubectl): Promise<Line[]> {
  const { code, stdout, stderr } = await kubectl.try([
    'get',
    'nodes',
    '--selector=type!=kwok',
    '--request-timeout=10s',
    '--output=json',
  ]);
  if (code !== 0) {
    const state = stderr.trim().split('\n').pop() ?? '';
    return [{ kind: 'cluster', name: 'API server', state, well: false }];
  }
  const { items } = JSON.parse(stdout) as { items: Node[] };
  return items.map(({ metadata, status: { conditions = [] } }) => {
    const ready = conditions.find(({ type }) => type === 'Ready');
    const well = ready?.status === 'True';
    return {
      kind: 'node',
      name: metadata.name,
      state: well ? 'Ready' : `not ready: ${ready?.message ?? 'never was'}`,
      well,
    };
  });
}

async function deployments(kubectl: Kubectl): Promise<Line[]> {
  return Object.entries(await tektonDeployments(kubectl)).map(
    ([name, well]) => ({
      kind: 'deployment',
      name,
      state: well ? 'Available' : 'not available',
      well,
    }),
  );
}

type Node = {
  metadata: { name: string };
  status: {
    conditions?: { type: string; status: string; message?: string }[];
  };
};
