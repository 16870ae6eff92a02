import { createRequire } from 'node:module';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterFolder } from '../machine/ClusterFolder';
import { Daemon } from '../machine/Daemon';
import { answers } from '../machine/probes';
import { ensureCertificate } from './certificates';
import { ClusterState } from './ClusterState';
import { GitServerConfig } from './gitServerProcess';
import { ensureServiceAuthority } from './registry';

/** Who may clone and push. */
export const GIT_USER = 'builder';

/** The git server of a cluster: https with an authority of the cluster's own, and a login for everything. */
export type GitServer = {
  /** Without a slash at its end. */
  url: string;
  caFile: string;
  /** Bare repositories, such as `team/app.git`; what is put here is served. */
  repositories: string;
  daemon: Daemon;
};

/** Writes what the git server reads, and tells how to start it. */
export async function prepareGitServer(
  folder: ClusterFolder,
  state: ClusterState,
): Promise<GitServer> {
  const authority = await ensureServiceAuthority(folder);
  const serving = await ensureCertificate(folder, authority, {
    name: 'git-server',
    commonName: 'git-server',
    hosts: [state.network.gateway],
  });
  const repositories = folder.of('git', 'repositories');
  await mkdir(repositories, { recursive: true });
  const settings: GitServerConfig = {
    host: state.network.gateway,
    port: state.ports.git,
    certificateFile: serving.certificate,
    keyFile: serving.key,
    repositories,
    username: GIT_USER,
    password: state.passwords.git,
  };
  const config = await folder.writeJson(
    folder.of('git', 'config.json'),
    settings,
  );
  const url = `https://${settings.host}:${settings.port}`;
  const { resolve } = createRequire(__filename);
  return {
    url,
    caFile: authority.certificate,
    repositories,
    daemon: {
      name: 'git-server',
      command: process.execPath,
      args: [
        '--require',
        resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        join(__dirname, 'gitServerProcess.ts'),
        config,
      ],
      isReady: () =>
        answers(url, { caFile: authority.certificate, statuses: [401] }),
    },
  };
}
