import { LocalWorkspace } from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegistrySettings, toAuthFile } from '../../registry';
import { readProcess } from './processes';
import { removeTree } from './removeTree';

const OWNER = 'owner.json';
const PROCESSES = 'processes';

/** Who runs in a workspace. */
export type RunOwner = {
  instance: string;
  pid: number;
  startedAt: string;
};

/** A process that was started for a run, as its workspace remembers it. */
export type RecordedProcess = { pid: number; startedAt: string };

/** The folders of one run, with a note of whose it is and what runs in it. */
export class RunWorkspace {
  readonly folders: LocalWorkspace;
  readonly home: string;
  readonly temporary: string;
  /** Logins for registries: those that the operator gives to builds. */
  readonly authFile: string;
  readonly #root: string;

  /** Makes the workspace, or nothing; what an earlier run of the name has left is removed first. */
  static async create(options: {
    root: string;
    instance: string;
    registries: RegistrySettings[];
  }): Promise<RunWorkspace> {
    const workspace = new RunWorkspace(options.root);
    await removeTree(options.root);
    try {
      await workspace.#fill(options);
      return workspace;
    } catch (error) {
      await workspace.remove();
      throw error;
    }
  }

  async #fill(options: {
    root: string;
    instance: string;
    registries: RegistrySettings[];
  }): Promise<void> {
    await mkdir(options.root, { recursive: true, mode: 0o700 });
    const self = await readProcess(process.pid);
    const owner: RunOwner = {
      instance: options.instance,
      pid: process.pid,
      startedAt: self?.startedAt ?? '',
    };
    await writeFile(join(options.root, OWNER), JSON.stringify(owner));
    const { source, scratch } = this.folders;
    const folders = [
      source,
      scratch,
      this.home,
      this.temporary,
      join(options.root, PROCESSES),
    ];
    for (const folder of folders) {
      await mkdir(folder, { mode: 0o700 });
    }
    await writeFile(this.authFile, toAuthFile(options.registries), {
      mode: 0o600,
    });
    await this.#trust(options.registries);
  }

  private constructor(root: string) {
    this.#root = root;
    this.folders = {
      root,
      source: join(root, 'source'),
      layout: join(root, 'layout'),
      scratch: join(root, 'scratch'),
    };
    this.home = join(root, 'home');
    this.temporary = join(root, 'tmp');
    this.authFile = join(root, 'auth.json');
  }

  /** Remembers a process, so that it is found and ended after a crash of ours. */
  async record(pid: number): Promise<void> {
    const found = await readProcess(pid);
    if (found) {
      const recorded: RecordedProcess = { pid, startedAt: found.startedAt };
      await writeFile(this.#processFile(pid), JSON.stringify(recorded));
    }
  }

  /** The process is over. */
  async forget(pid: number): Promise<void> {
    await rm(this.#processFile(pid), { force: true });
  }

  /** Podman and Buildah look into the home folder for whom to trust beside the machine's own authorities. */
  async #trust(registries: RegistrySettings[]): Promise<void> {
    for (const { host, ca } of registries) {
      if (ca !== undefined) {
        const folder = join(this.home, '.config/containers/certs.d', host);
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'ca.crt'), ca);
      }
    }
  }

  async remove(): Promise<void> {
    await removeTree(this.#root);
  }

  #processFile(pid: number): string {
    return join(this.#root, PROCESSES, `${pid}.json`);
  }
}

/** Where a workspace keeps its notes; for those who find one. */
export const workspaceNotes = { owner: OWNER, processes: PROCESSES };
