import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../access/Kubectl';
import { ensureRunning } from '../machine/Daemon';
import { answers } from '../machine/probes';
import { BuiltPrograms } from '../programs/buildPrograms';
import { Problem } from '../Problem';
import { LocalCluster } from './LocalCluster';

const NAMESPACE = 'kube-system';
const NAME = 'metrics-server';
const API_SERVICE = 'v1beta1.metrics.k8s.io';
/** The shortest that it allows: tests wait for two looks at a pod. */
const RESOLUTION = '10s';
const SERVED_SECONDS = 60;
const LOOK_EVERY_MS = 300;

/** Starts the metrics server on the machine itself, and has the API server serve what it tells. */
export async function startMetricsServer(
  cluster: LocalCluster,
  programs: BuiltPrograms,
): Promise<void> {
  const { folder, state, kubectl } = cluster;
  const { gateway } = state.network;
  const port = state.ports[NAME];
  const { adminKubeconfig } = folder;
  await ensureRunning(folder, {
    name: NAME,
    command: programs.paths[NAME],
    args: [
      `--kubeconfig=${adminKubeconfig}`,
      `--authentication-kubeconfig=${adminKubeconfig}`,
      `--authorization-kubeconfig=${adminKubeconfig}`,
      `--bind-address=${gateway}`,
      `--secure-port=${port}`,
      `--cert-dir=${folder.of(NAME)}`,
      // Kubelets sign their own.
      '--kubelet-insecure-tls',
      '--kubelet-preferred-address-types=InternalIP',
      // Each has a port of its own.
      '--kubelet-use-node-status-port',
      `--metric-resolution=${RESOLUTION}`,
      // It has to be less.
      '--kubelet-request-timeout=5s',
    ],
    // It is ready once it knows a node, which may take a while.
    isReady: () =>
      answers(`https://${gateway}:${port}/livez`, { anyCertificate: true }),
  });
  await kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: registration(gateway, port),
    }),
  );
  await waitUntilServed(kubectl);
}

/** A service without pods: its endpoint is the machine. */
function registration(address: string, port: number): object[] {
  const metadata = { name: NAME, namespace: NAMESPACE };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'https', port: 443, targetPort: port }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...metadata,
        labels: { 'kubernetes.io/service-name': NAME },
      },
      addressType: 'IPv4',
      ports: [{ name: 'https', port }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API_SERVICE },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: { ...metadata },
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
      },
    },
  ];
}

/** An API that is registered and not served holds up whoever asks what kinds there are, such as the deletion of namespaces. */
async function waitUntilServed(kubectl: Kubectl): Promise<void> {
  const deadline = performance.now() + SERVED_SECONDS * 1000;
  let nodes = await kubectl.try(['get', 'nodes.metrics.k8s.io']);
  while (nodes.code !== 0) {
    if (performance.now() > deadline) {
      throw new Problem(
        `The metrics server did not serve its API within ${SERVED_SECONDS} s`,
        `read \`kubectl describe apiservice ${API_SERVICE}\`; then run \`npm run cluster -- down\` and \`up\` again`,
        nodes.stderr,
      );
    }
    await delay(LOOK_EVERY_MS);
    nodes = await kubectl.try(['get', 'nodes.metrics.k8s.io']);
  }
}
