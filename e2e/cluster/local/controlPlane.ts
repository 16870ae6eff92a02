import { answers } from '../machine/probes';
import { ClusterFolder } from '../machine/ClusterFolder';
import { Daemon } from '../machine/Daemon';
import { BuiltPrograms } from '../programs/buildPrograms';
import {
  Certificate,
  ensureAuthority,
  ensureCertificate,
  ensureTokenKey,
} from './certificates';
import { ClusterState } from './ClusterState';
import { renderKubeconfig } from './kubeconfig';
import { SERVICE_SUBNET } from './network';

/** Issuer and audience of the tokens of service accounts. */
export const TOKEN_ISSUER = 'https://kubernetes.default.svc';

/**
 * How soon the death of a node is noticed, and how soon its pods go: 40 s and
 * 300 s on an ordinary cluster, which no test wants to wait for.
 */
const NODE_GRACE = '16s';
const EVICT_AFTER_SECONDS = 10;

/** What the programs of the control plane need of each other. */
export type ControlPlane = {
  authority: Certificate;
  /** Where pods, nodes and the machine reach the API server. */
  server: string;
  daemons: { etcd: Daemon; apiServer: Daemon; others: Daemon[] };
};

/** Writes what the control plane reads, and tells how to start it. */
export async function prepareControlPlane(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
): Promise<ControlPlane> {
  const authority = await ensureAuthority(folder, 'cluster-ca');
  const { gateway } = state.network;
  const server = `https://${gateway}:${state.ports['kube-apiserver']}`;
  const admin = await ensureCertificate(folder, authority, {
    name: 'admin',
    organization: 'system:masters',
    commonName: 'admin',
  });
  await folder.writeJson(
    folder.adminKubeconfig,
    await renderKubeconfig({
      server,
      caFile: authority.certificate,
      user: admin,
    }),
  );
  return {
    authority,
    server,
    daemons: {
      etcd: etcd(folder, state),
      apiServer: await apiServer(folder, state, programs, {
        authority,
        admin,
        server,
      }),
      others: [
        controllerManager(folder, state, programs, authority),
        scheduler(folder, state, programs),
      ],
    },
  };
}

function etcd(folder: ClusterFolder, state: ClusterState): Daemon {
  const client = `http://127.0.0.1:${state.ports.etcd}`;
  const peer = `http://127.0.0.1:${state.ports['etcd-peer']}`;
  return {
    name: 'etcd',
    command: 'etcd',
    args: [
      `--data-dir=${folder.of('etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // A cluster of tests need not outlive a power cut.
      '--unsafe-no-fsync',
    ],
    isReady: () => answers(`${client}/health`),
  };
}

async function apiServer(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
  known: { authority: Certificate; admin: Certificate; server: string },
): Promise<Daemon> {
  const { authority, admin, server } = known;
  const { gateway } = state.network;
  const serving = await ensureCertificate(folder, authority, {
    name: 'kube-apiserver',
    commonName: 'kube-apiserver',
    hosts: [
      gateway,
      '10.96.0.1',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
    ],
  });
  const tokens = await ensureTokenKey(folder);
  // By it the servers of other APIs know the API server, which tells them who asks.
  const proxyAuthority = await ensureAuthority(folder, 'front-proxy-ca');
  const proxy = await ensureCertificate(folder, proxyAuthority, {
    name: 'front-proxy-client',
    commonName: 'front-proxy-client',
  });
  return {
    name: 'kube-apiserver',
    command: programs.paths['kube-apiserver'],
    args: [
      `--etcd-servers=http://127.0.0.1:${state.ports.etcd}`,
      `--bind-address=${gateway}`,
      `--advertise-address=${gateway}`,
      `--secure-port=${state.ports['kube-apiserver']}`,
      `--service-cluster-ip-range=${SERVICE_SUBNET}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${authority.certificate}`,
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      `--service-account-key-file=${tokens.publicKey}`,
      `--service-account-signing-key-file=${tokens.privateKey}`,
      `--service-account-issuer=${TOKEN_ISSUER}`,
      `--kubelet-client-certificate=${admin.certificate}`,
      `--kubelet-client-key=${admin.key}`,
      `--requestheader-client-ca-file=${proxyAuthority.certificate}`,
      '--requestheader-allowed-names=front-proxy-client',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      `--proxy-client-cert-file=${proxy.certificate}`,
      `--proxy-client-key-file=${proxy.key}`,
      // Names of nodes stand in no name server.
      '--kubelet-preferred-address-types=InternalIP',
      '--allow-privileged=true',
      // Webhooks and other APIs are then called at their endpoints' own addresses.
      '--enable-aggregator-routing=true',
      // Debian's etcd cannot serve the lists by watch that this would give to
      // watches from version 0: it would end them at once, and kwok's are such.
      '--feature-gates=WatchList=false',
      `--default-not-ready-toleration-seconds=${EVICT_AFTER_SECONDS}`,
      `--default-unreachable-toleration-seconds=${EVICT_AFTER_SECONDS}`,
    ],
    isReady: () =>
      answers(`${server}/readyz`, { caFile: authority.certificate }),
    deadlineMs: 90_000,
  };
}

function controllerManager(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
  authority: Certificate,
): Daemon {
  const port = state.ports['kube-controller-manager'];
  return {
    name: 'kube-controller-manager',
    command: programs.paths['kube-controller-manager'],
    args: [
      `--kubeconfig=${folder.adminKubeconfig}`,
      `--service-account-private-key-file=${folder.of('pki', 'tokens.key')}`,
      `--root-ca-file=${authority.certificate}`,
      '--use-service-account-credentials',
      '--leader-elect=false',
      // A quota of a kind that came after it, such as Tekton's, is counted at the next one.
      '--resource-quota-sync-period=5s',
      '--node-monitor-period=1s',
      `--node-monitor-grace-period=${NODE_GRACE}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
    ],
    isReady: () =>
      answers(`https://127.0.0.1:${port}/healthz`, { anyCertificate: true }),
  };
}

function scheduler(
  folder: ClusterFolder,
  state: ClusterState,
  programs: BuiltPrograms,
): Daemon {
  const port = state.ports['kube-scheduler'];
  return {
    name: 'kube-scheduler',
    command: programs.paths['kube-scheduler'],
    args: [
      `--kubeconfig=${folder.adminKubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
    ],
    isReady: () =>
      answers(`https://127.0.0.1:${port}/healthz`, { anyCertificate: true }),
  };
}
