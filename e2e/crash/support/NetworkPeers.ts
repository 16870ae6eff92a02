import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultyProxy } from '../../../plugins/image-factory-backend/src/__testUtils__/FaultyProxy';
import { GitServer } from '../../../plugins/image-factory-backend/src/__testUtils__/GitServer';
import { RegistryServer } from '../../../plugins/image-factory-backend/src/__testUtils__/RegistryServer';
import { writeComponent } from '../../portal/writeComponent';

/** A registry, with what can hold up a push to it. */
type Registry = { server: RegistryServer; proxy: FaultyProxy };

/** Whom builds talk to: a git server, and a registry where this machine has one. */
export class NetworkPeers {
  readonly git: GitServer;
  readonly registry: Registry | undefined;

  /**
   * Starts them and writes into `sources`:
   * - `in-git`, whose source is in git,
   * - `pushed`, whose image goes to the registry.
   */
  static async start(options: {
    folder: string;
    sources: string;
  }): Promise<NetworkPeers> {
    const { folder, sources } = options;
    const git = await GitServer.start();
    await git.createRepository('team/app', {
      Dockerfile: 'FROM scratch\nCOPY file /\n',
      file: 'in git\n',
    });
    writeComponent(join(sources, 'in-git'), 'in-git', {
      source: `url:${git.url}/team/app/`,
    });
    const registry = hasRegistry()
      ? await startRegistry(join(folder, 'registry'))
      : undefined;
    if (registry) {
      const pushed = join(sources, 'pushed');
      writeComponent(pushed, 'pushed', {
        image: `${registry.proxy.host}/team/pushed`,
      });
      writeFileSync(join(pushed, 'file'), 'pushed\n');
      writeFileSync(join(pushed, 'Dockerfile'), 'FROM scratch\nCOPY file /\n');
    }
    return new NetworkPeers(git, registry);
  }

  private constructor(git: GitServer, registry: Registry | undefined) {
    this.git = git;
    this.registry = registry;
  }

  /** The settings by which a portal knows them. */
  get config(): Record<string, unknown> {
    return {
      imageFactory_sources_git_hosts: [
        { host: this.git.host, caFile: this.git.caFile },
      ],
      ...(this.registry && {
        imageFactory_registries: [
          {
            host: this.registry.proxy.host,
            caFile: this.registry.server.certificates.caFile,
          },
        ],
      }),
    };
  }

  async stop(): Promise<void> {
    await this.git.stop();
    await this.registry?.proxy.stop();
    await this.registry?.server.stop();
  }
}

async function startRegistry(directory: string): Promise<Registry> {
  mkdirSync(directory, { recursive: true });
  const server = await RegistryServer.start({ directory });
  const { port, certificates } = server;
  return { server, proxy: await FaultyProxy.start({ port, certificates }) };
}

function hasRegistry(): boolean {
  try {
    execFileSync('docker-registry', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
