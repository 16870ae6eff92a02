import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HostileComponent, toEntity, writeEntity } from './hostileComponent';

type WholeComponent = HostileComponent & { image: string; source: string };

/** Components in files that the portal's admins name, and on a web server whose author is nobody whom they trust. */
export class HostileCatalog {
  /** Of all components. */
  readonly names: string[] = [];
  readonly #folder: string;
  readonly #server: Server;
  readonly #elsewhere: object[];

  static async create(folder: string): Promise<HostileCatalog> {
    const elsewhere: object[] = [];
    const server = createServer((_, response) =>
      response.end(
        elsewhere.map(entity => JSON.stringify(entity)).join('\n---\n'),
      ),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HostileCatalog(folder, server, elsewhere);
  }

  private constructor(folder: string, server: Server, elsewhere: object[]) {
    this.#folder = folder;
    this.#server = server;
    this.#elsewhere = elsewhere;
  }

  add(name: string, component: WholeComponent): void {
    this.names.push(name);
    writeEntity(join(this.#folder, name), toEntity(name, component));
  }

  addElsewhere(name: string, component: WholeComponent): void {
    this.names.push(name);
    this.#elsewhere.push(toEntity(name, component));
  }

  /** What a portal is told, to read all of them. */
  get config(): Record<string, unknown> {
    const { port } = this.#server.address() as AddressInfo;
    const host = `127.0.0.1:${port}`;
    return {
      backend_reading_allow: [{ host }],
      catalog_locations: [
        { type: 'file', target: join(this.#folder, '*/catalog-info.yaml') },
        { type: 'url', target: `http://${host}/catalog-info.yaml` },
      ],
    };
  }

  close(): void {
    this.#server.close();
  }
}
