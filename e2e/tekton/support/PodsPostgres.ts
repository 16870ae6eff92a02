import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestPostgres } from '../../../scripts/tests/startPostgres.mjs';

/** A real PostgreSQL of this machine that pods reach, and that asks for a password. */
export class PodsPostgres {
  readonly host: string;
  readonly port: number;
  readonly user = 'postgres';
  readonly password: string;
  readonly #postgres: TestPostgres;
  readonly #door: Server;

  /** @param address - of this machine, as pods know it */
  static async start(address: string): Promise<PodsPostgres> {
    const password = randomBytes(16).toString('hex');
    const postgres = await startWithPassword(password);
    const target = Number(new URL(postgres.url).port);
    const door = createServer(client => {
      const upstream = connect(target, '127.0.0.1');
      const close = () => [client, upstream].forEach(each => each.destroy());
      client.on('error', close).on('close', close).pipe(upstream);
      upstream.on('error', close).on('close', close).pipe(client);
    });
    door.listen(0, address);
    await once(door, 'listening');
    return new PodsPostgres(postgres, door, password);
  }

  private constructor(postgres: TestPostgres, door: Server, password: string) {
    const { address, port } = door.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.password = password;
    this.#postgres = postgres;
    this.#door = door;
  }

  async stop(): Promise<void> {
    this.#door.close();
    await this.#postgres.stop();
  }
}

async function startWithPassword(password: string): Promise<TestPostgres> {
  const { startPostgres } = await import(
    '../../../scripts/tests/startPostgres.mjs'
  );
  const folder = mkdtempSync(join(tmpdir(), 'image-factory-password-'));
  const file = join(folder, 'password');
  // It runs as another user.
  chmodSync(folder, 0o755);
  writeFileSync(file, password, { mode: 0o644 });
  try {
    return await startPostgres({
      initdb: ['--auth-host=scram-sha-256', `--pwfile=${file}`],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
