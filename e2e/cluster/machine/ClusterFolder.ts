import { mkdir, readFile, writeFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '../Problem';

/** Linux holds the path of a socket in 108 bytes; the longest here ends in this. */
const LONGEST_SOCKET = '/node-a/kubelet/pod-resources/kubelet.sock';
const LONGEST_PATH = 107;

/** The one folder that holds all of a cluster that is not in the machine's own places. */
export class ClusterFolder {
  readonly path: string;

  static create(path: string): ClusterFolder {
    const absolute = resolve(path);
    if (absolute.length + LONGEST_SOCKET.length > LONGEST_PATH) {
      throw new Problem(
        `The path ${absolute} is too long: sockets in it would pass the ${LONGEST_PATH} bytes that Linux allows`,
        'give a shorter folder with --dir, such as --dir /var/tmp/cluster',
      );
    }
    return new ClusterFolder(absolute);
  }

  private constructor(path: string) {
    this.path = path;
  }

  /** What tests read, once everything is up. */
  get description(): string {
    return this.of('cluster.json');
  }

  get adminKubeconfig(): string {
    return this.of('admin.kubeconfig');
  }

  of(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  pidFile(program: string): string {
    return this.of('run', `${program}.pid`);
  }

  log(program: string): string {
    return this.of('logs', `${program}.log`);
  }

  /** Writes a file whole, readable by its owner alone. */
  async write(path: string, content: string | Buffer): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.unfinished`;
    await writeFile(unfinished, content, { mode: 0o600 });
    await rename(unfinished, path);
    return path;
  }

  /** Writes what Kubernetes' programs read as well as YAML. */
  async writeJson(path: string, content: unknown): Promise<string> {
    return this.write(path, `${JSON.stringify(content, undefined, 2)}\n`);
  }

  async readJson<T>(path: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
