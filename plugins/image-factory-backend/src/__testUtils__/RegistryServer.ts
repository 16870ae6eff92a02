import { hash } from 'bcryptjs';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './freePort';
import { createTestCertificates, TestCertificates } from './TestCertificates';

/** Enough for a test, where nobody guesses passwords. */
const BCRYPT_ROUNDS = 4;

export type RegistryServerOptions = {
  /** For its data and certificates. */
  directory: string;
  /** Who may log in, with the password; nobody need where it is left out. */
  users?: Record<string, string>;
  /** Lines of the registry's own configuration that take the place of the login by name and password. */
  auth?: string[];
  certificates?: TestCertificates;
  /** Whether it tells of uploads without its own address; true unless told otherwise. */
  relativeUrls?: boolean;
};

/** Debian's registry on this machine: https with an authority of its own, and nothing kept after the test. */
export class RegistryServer {
  readonly host: string;
  readonly port: number;
  readonly certificates: TestCertificates;
  /** A folder for `--cert-dir` of tools that read from the registry. */
  readonly certificateFolder: string;
  readonly #process: ChildProcess;

  static async start(options: RegistryServerOptions): Promise<RegistryServer> {
    const { directory } = options;
    const certificateFolder = join(directory, 'trusted');
    await mkdir(certificateFolder, { recursive: true });
    const certificates =
      options.certificates ??
      (await createTestCertificates({ hosts: ['127.0.0.1'], directory }));
    await writeFile(join(certificateFolder, 'ca.crt'), certificates.caPem);
    const port = await freePort();
    const configFile = join(directory, 'config.yml');
    await writeFile(
      configFile,
      [
        'version: 0.1',
        'log: { level: info, formatter: json }',
        'storage:',
        `  filesystem: { rootdirectory: ${join(directory, 'data')} }`,
        '  delete: { enabled: true }',
        'http:',
        `  addr: 127.0.0.1:${port}`,
        `  relativeurls: ${options.relativeUrls ?? true}`,
        '  tls:',
        `    certificate: ${certificates.certFile}`,
        `    key: ${certificates.keyFile}`,
        ...(await authLines(options)),
      ].join('\n'),
    );
    const child = spawn('docker-registry', ['serve', configFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
    });
    const server = new RegistryServer({
      port,
      certificates,
      certificateFolder,
      process: child,
    });
    await server.#untilListening();
    return server;
  }

  private constructor(options: {
    port: number;
    certificates: TestCertificates;
    certificateFolder: string;
    process: ChildProcess;
  }) {
    this.port = options.port;
    this.host = `127.0.0.1:${options.port}`;
    this.certificates = options.certificates;
    this.certificateFolder = options.certificateFolder;
    this.#process = options.process;
  }

  /** Ends the process that was started, by its handle. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
  }

  async #untilListening(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let text = '';
      this.#process.stderr!.on('data', (chunk: Buffer) => {
        text += chunk;
        if (text.includes('listening on')) {
          resolve();
        }
      });
      this.#process.once('error', reject);
      this.#process.once('exit', code =>
        reject(new Error(`docker-registry ended with ${code}: ${text}`)),
      );
    });
  }
}

async function authLines({
  directory,
  users,
  auth,
}: RegistryServerOptions): Promise<string[]> {
  if (auth) {
    return auth;
  }
  if (!users) {
    return [];
  }
  const file = join(directory, 'htpasswd');
  const lines = await Promise.all(
    Object.entries(users).map(
      async ([name, password]) =>
        `${name}:${await hash(password, BCRYPT_ROUNDS)}`,
    ),
  );
  await writeFile(file, `${lines.join('\n')}\n`);
  return ['auth:', `  htpasswd: { realm: test, path: ${file} }`];
}
