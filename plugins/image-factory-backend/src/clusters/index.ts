export * from './ClusterSettings';
export * from './KubernetesClient';
export * from './KubernetesError';
export * from './kubernetesObjects';
export * from './loadKubeConfig';
export * from './ObjectWatch';
export * from './readKubernetes';
export * from './readLines';
