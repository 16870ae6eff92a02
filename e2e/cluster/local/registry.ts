import { hash } from 'bcryptjs';
import { cp, mkdir } from 'node:fs/promises';
import { exists } from '../machine/cache';
import { ClusterFolder } from '../machine/ClusterFolder';
import { Daemon } from '../machine/Daemon';
import { answers } from '../machine/probes';
import {
  Certificate,
  ensureAuthority,
  ensureCertificate,
} from './certificates';
import { ClusterState } from './ClusterState';

const BCRYPT_ROUNDS = 5;

/** Who pushes and pulls in builds, and on the machine. */
export const REGISTRY_USER = 'builder';

/** The registry of a cluster: https with an authority of the cluster's own, and a login for everything. */
export type Registry = {
  /** As pods, nodes and the machine name it, such as `10.244.0.1:21007`. */
  host: string;
  /** The authority of its certificate. */
  caFile: string;
  /** A folder for the `--cert-dir` of buildah and skopeo. */
  certificateFolder: string;
  /** For the `--authfile` of buildah and skopeo. */
  authFile: string;
  daemon: Daemon;
};

/** Writes what the registry reads, and tells how to start it. */
export async function prepareRegistry(
  folder: ClusterFolder,
  state: ClusterState,
): Promise<Registry> {
  const own = (...parts: string[]) => folder.of('registry', ...parts);
  const host = `${state.network.gateway}:${state.ports.registry}`;
  const authority = await ensureServiceAuthority(folder);
  const serving = await ensureCertificate(folder, authority, {
    name: 'registry',
    commonName: 'registry',
    hosts: [state.network.gateway],
  });
  await mkdir(own('certificates'), { recursive: true });
  await cp(authority.certificate, own('certificates', 'ca.crt'));
  const config = await folder.writeJson(own('config.json'), {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: own('data') },
      delete: { enabled: true },
    },
    http: {
      addr: host,
      relativeurls: true,
      tls: { certificate: serving.certificate, key: serving.key },
    },
    auth: {
      htpasswd: {
        realm: 'registry',
        path: await ensurePasswords(own('htpasswd'), folder, state),
      },
    },
  });
  const login = `${REGISTRY_USER}:${state.passwords.builder}`;
  return {
    host,
    caFile: authority.certificate,
    certificateFolder: own('certificates'),
    authFile: await folder.writeJson(own('auth.json'), {
      auths: { [host]: { auth: Buffer.from(login).toString('base64') } },
    }),
    daemon: {
      name: 'registry',
      command: 'docker-registry',
      args: ['serve', config],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      isReady: () =>
        answers(`https://${host}/v2/`, {
          caFile: authority.certificate,
          statuses: [401],
        }),
    },
  };
}

/** Signs for the registry and the git server, but not for the API server and its clients. */
export async function ensureServiceAuthority(
  folder: ClusterFolder,
): Promise<Certificate> {
  return ensureAuthority(folder, 'services-ca');
}

async function ensurePasswords(
  file: string,
  folder: ClusterFolder,
  state: ClusterState,
): Promise<string> {
  if (await exists(file)) return file;
  const lines = await Promise.all(
    Object.entries({
      [REGISTRY_USER]: state.passwords.builder,
      nodes: state.passwords.nodes,
    }).map(
      async ([name, password]) =>
        `${name}:${await hash(password, BCRYPT_ROUNDS)}`,
    ),
  );
  return folder.write(file, `${lines.join('\n')}\n`);
}
