/** What a node's kubelet is told. */
export type KubeletSettings = {
  address: string;
  port: number;
  healthPort: number;
  clientCa: string;
  /** That holds all pods of the node. */
  cgroup: string;
  /** Of its containerd. */
  socket: string;
  podLogs: string;
  volumePlugins: string;
  /** Of the machine: the cluster has none of its own, and pods of a kubelet that knows none bear a warning each. */
  nameServers: string[];
};

/** How soon the control plane may hear that a node lives, in seconds; a quarter of it is how often it is told. */
const LEASE_SECONDS = 8;

/** The configuration of a kubelet that shares the machine with others. */
export function kubeletConfig(settings: KubeletSettings): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: settings.address,
    port: settings.port,
    healthzBindAddress: '127.0.0.1',
    healthzPort: settings.healthPort,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: settings.clientCa },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${settings.socket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: settings.cgroup,
    enforceNodeAllocatable: [],
    clusterDNS: settings.nameServers,
    failCgroupV1: false,
    failSwapOn: false,
    nodeLeaseDurationSeconds: LEASE_SECONDS,
    podLogsDir: settings.podLogs,
    volumePluginDir: settings.volumePlugins,
    // All nodes share one disk, which is the machine's own business.
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
    },
    imageGCHighThresholdPercent: 100,
    registryPullQPS: 0,
    serializeImagePulls: false,
  };
}
