import { answers } from '../machine/probes';
import { ClusterFolder } from '../machine/ClusterFolder';
import { Daemon } from '../machine/Daemon';
import { BuiltPrograms } from '../programs/buildPrograms';
import { ClusterState } from './ClusterState';
import { NODES } from './nodes';

/** Leads pods to services; one is enough, since all nodes share the machine's packet filter. */
export async function prepareKubeProxy(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
): Promise<Daemon> {
  const health = `127.0.0.1:${state.ports['kube-proxy-health']}`;
  const config = await folder.writeJson(folder.of('kube-proxy.json'), {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: folder.adminKubeconfig },
    mode: 'iptables',
    clusterCIDR: state.network.subnet,
    hostnameOverride: NODES[0].name,
    healthzBindAddress: health,
    metricsBindAddress: `127.0.0.1:${state.ports['kube-proxy-metrics']}`,
    // Limits of the whole machine are not a test's to set.
    conntrack: { maxPerCore: 0, min: 0 },
  });
  return {
    name: 'kube-proxy',
    command: programs.paths['kube-proxy'],
    args: [`--config=${config}`],
    isReady: () => answers(`http://${health}/livez`),
  };
}
