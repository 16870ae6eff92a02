import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { answers, listensOn } from '../machine/probes';
import { ClusterFolder } from '../machine/ClusterFolder';
import { Daemon } from '../machine/Daemon';
import { BuiltPrograms } from '../programs/buildPrograms';
import { Certificate, ensureCertificate } from './certificates';
import { ClusterState } from './ClusterState';
import { renderContainerdConfig } from './containerdConfig';
import { kubeletConfig } from './kubeletConfig';
import { renderKubeconfig } from './kubeconfig';
import { pluginConfig } from './network';
import { NODES, NodeName } from './nodes';
import { nodeCgroup } from '../machine/cgroups';

/** The pair of programs that is a node, in the order in which they start. */
export type NodeDaemons = { containerd: Daemon; kubelet: Daemon };

/** Writes what a node's programs read, and tells how to start them. */
export async function prepareNode(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
  known: {
    name: NodeName;
    authority: Certificate;
    server: string;
    registryCa: string;
    pauseImage: string;
  },
): Promise<NodeDaemons> {
  const { name, authority, server } = known;
  const own = (...parts: string[]) => folder.of(name, ...parts);
  const socket = containerdSocket(folder, name);
  const plugins = own('cni');
  await folder.writeJson(
    own('cni', '10-pods.conflist'),
    pluginConfig(state.network, folder.of('pod-addresses')),
  );
  const containerdConfig = await folder.write(
    own('containerd.toml'),
    renderContainerdConfig({
      socket,
      root: own('containerd'),
      state: own('run'),
      pluginFolder: plugins,
      pauseImage: known.pauseImage,
      registry: {
        host: `${state.network.gateway}:${state.ports.registry}`,
        caFile: known.registryCa,
        username: 'nodes',
        password: state.passwords.nodes,
      },
    }),
  );
  const client = await ensureCertificate(folder, authority, {
    name,
    organization: 'system:nodes',
    commonName: `system:node:${name}`,
  });
  const kubeconfig = await folder.writeJson(
    own('kubeconfig'),
    await renderKubeconfig({
      server,
      caFile: authority.certificate,
      user: client,
    }),
  );
  const health = state.ports[`${name}-health`];
  const config = await folder.writeJson(
    own('kubelet.json'),
    kubeletConfig({
      address: state.network.gateway,
      port: state.ports[`${name}-kubelet`],
      healthPort: health,
      clientCa: authority.certificate,
      cgroup: nodeCgroup(state.network.bridge, name),
      socket,
      podLogs: own('pod-logs'),
      volumePlugins: own('volume-plugins'),
      nameServers: findNameServers(await readFile('/etc/resolv.conf', 'utf8')),
    }),
  );
  const { buildType } = NODES.find(each => each.name === name)!;
  return {
    containerd: {
      name: `${name}-containerd`,
      command: 'containerd',
      args: ['--config', containerdConfig],
      isReady: () => listensOn(socket),
    },
    kubelet: {
      name: `${name}-kubelet`,
      command: programs.paths.kubelet,
      args: [
        `--config=${config}`,
        `--kubeconfig=${kubeconfig}`,
        `--hostname-override=${name}`,
        `--node-ip=${state.network.gateway}`,
        `--node-labels=build-type=${buildType}`,
        `--root-dir=${own('kubelet')}`,
        `--cert-dir=${own('kubelet-certificates')}`,
      ],
      isReady: () => answers(`http://127.0.0.1:${health}/healthz`),
    },
  };
}

/** The name servers that pods can reach too. */
export function findNameServers(resolvConf: string): string[] {
  return [...resolvConf.matchAll(/^nameserver\s+(\S+)/gm)]
    .map(([, address]) => address)
    .filter(address => isIP(address) === 4 && !address.startsWith('127.'))
    .slice(0, 3);
}

/** Where a node's containerd listens. */
export function containerdSocket(
  folder: ClusterFolder,
  name: NodeName,
): string {
  return folder.of(name, 'containerd.sock');
}
