/** The nodes of a local cluster: real ones, each a containerd and a kubelet of its own. */
export const NODES = [
  { name: 'node-a', buildType: 'general-purpose' },
  { name: 'node-b', buildType: 'memory-intensive' },
] as const;

/** One of {@link NODES}. */
export type NodeName = (typeof NODES)[number]['name'];
