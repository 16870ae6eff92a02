import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { GitRepository } from '../../../../plugins/image-factory-backend/src/__testUtils__/GitRepository';
import { Cluster } from '../../../cluster/Cluster';
import { Portal } from '../../../portal/Portal';
import { clusterConfig } from '../ClusterPortal';
import { createRepository } from '../createRepository';
import { TENANT } from '../tenant';
import { TenantNamespace } from '../TenantNamespace';
import { HostileComponent, toEntity, writeEntity } from './hostileComponent';
import { createMarkedTenant } from './markedTenant';
import { MARKS } from './marks';

/** Somebody else's, in whose place no build of the guest's may get. */
export const VICTIM = 'group:default/payments';

const ENDS_WITHIN_MS = 180_000;
const CATALOGUED_WITHIN_MS = 60_000;

/** An answer of the API as it comes. */
export type Answer = { status: number; message: string };

/** A real portal on a real cluster, with two tenants, of which the guest belongs to one. */
export class AttackedPortal {
  readonly cluster: Cluster;
  readonly namespace: TenantNamespace;
  readonly relaxed: TenantNamespace;
  readonly victim: TenantNamespace;
  /** The private repository of the guest's components. */
  readonly repository: GitRepository;
  readonly instance = `attacks-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'image-factory-attacks-'));
  readonly #elsewhere: { server: Server; entities: object[] };
  readonly #names: string[] = [];
  #portal: Portal | undefined;
  #token: string | undefined;

  static async create(cluster: Cluster): Promise<AttackedPortal> {
    const ofVictim = { git: MARKS.victim, pull: MARKS.victim };
    const [namespace, relaxed, victim] = await Promise.all([
      createMarkedTenant(cluster, MARKS),
      createMarkedTenant(cluster, MARKS, { isRelaxed: true }),
      createMarkedTenant(cluster, { ...ofVictim, push: MARKS.victim }),
    ]);
    const repository = await createRepository(
      cluster.local.git,
      `attacks/guests-${process.pid}`,
      {},
    );
    const entities: object[] = [];
    const server = createServer((_, response) =>
      response.end(
        entities.map(entity => JSON.stringify(entity)).join('\n---\n'),
      ),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AttackedPortal(
      { cluster, namespace, relaxed, victim, repository },
      { server, entities },
    );
  }

  private constructor(
    parts: Pick<
      AttackedPortal,
      'cluster' | 'namespace' | 'relaxed' | 'victim' | 'repository'
    >,
    elsewhere: { server: Server; entities: object[] },
  ) {
    this.cluster = parts.cluster;
    this.namespace = parts.namespace;
    this.relaxed = parts.relaxed;
    this.victim = parts.victim;
    this.repository = parts.repository;
    this.#elsewhere = elsewhere;
  }

  /** Registry and repositories of the guests. */
  get images(): string {
    return `${this.cluster.local.registry.address}/guests`;
  }

  /** Hosts of the registry and of git. */
  get places(): { registry: string; git: string } {
    const { registry, git } = this.cluster.local;
    return { registry: registry.address, git: new URL(git.url).host };
  }

  /** Adds a component, of the guests' repository unless it says otherwise; before the start. */
  add(name: string, component: HostileComponent = {}): void {
    this.#names.push(name);
    const entity = toEntity(name, this.#complete(name, component));
    writeEntity(join(this.#folder, 'sources', name), entity);
  }

  /** Adds one that the catalog reads from a web server, whose author is nobody whom the portal's admins trust. */
  addFromElsewhere(name: string, component: HostileComponent): void {
    this.#names.push(name);
    this.#elsewhere.entities.push(
      toEntity(name, this.#complete(name, component)),
    );
  }

  async start(): Promise<void> {
    const config = clusterConfig(this.cluster, this.instance);
    const [registry] = config.imageFactory_registries;
    const { port } = this.#elsewhere.server.address() as AddressInfo;
    const elsewhere = `127.0.0.1:${port}`;
    this.#portal = await Portal.start({
      sources: join(this.#folder, 'sources'),
      dataDirectory: join(this.#folder, 'data'),
      frontend: false,
      config: {
        ...config,
        imageFactory_registries: [{ ...registry, tenantPrefix: '{tenant}/' }],
        imageFactory_executors_kubernetes: {
          ...config.imageFactory_executors_kubernetes,
          clusters: [
            {
              ...config.imageFactory_executors_kubernetes.clusters[0],
              createsPerSecond: 10,
              tenants: [
                {
                  name: TENANT,
                  namespace: this.namespace.name,
                  relaxedNamespace: this.relaxed.name,
                },
                { name: VICTIM, namespace: this.victim.name },
              ],
            },
          ],
        },
        backend_reading_allow: [{ host: elsewhere }],
        catalog_locations: [
          {
            type: 'file',
            target: join(this.#folder, 'sources', '*/catalog-info.yaml'),
          },
          { type: 'url', target: `http://${elsewhere}/catalog-info.yaml` },
        ],
      },
    });
    await this.#untilCatalogued();
  }

  /** What the API answers to a request for a build, whatever its body is. */
  async post(
    body: object | string,
    headers: Record<string, string> = {},
    path = '/v1/builds',
  ): Promise<Answer & { build?: Build }> {
    this.#token ??= await this.#signIn();
    const response = await fetch(`${this.#api}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer = await response.json();
    return response.ok
      ? { status: response.status, message: '', build: answer }
      : { status: response.status, message: answer.error.message };
  }

  /** A build of a component, which has to be accepted. */
  async build(component: string, inputs: object = {}): Promise<Build> {
    const { build, ...refused } = await this.post({
      entityRef: `component:default/${component}`,
      ...inputs,
    });
    if (!build) throw new Error(JSON.stringify(refused));
    return build;
  }

  async cancel(build: Build): Promise<void> {
    await this.portal.api(`/v1/builds/${build.id}/cancel`, {});
    await this.ended(build);
  }

  /** The build once it has ended. */
  async ended({ id }: Build): Promise<Build> {
    const until = Date.now() + ENDS_WITHIN_MS;
    for (;;) {
      const build = await this.portal.api<Build>(`/v1/builds/${id}`);
      if (isTerminal(build.status)) return build;
      if (Date.now() > until) {
        throw new Error(`Build ${id} is still ${build.status}`);
      }
      await delay(250);
    }
  }

  async log({ id }: Build, step: string): Promise<string> {
    const { text } = await this.portal.api<{ text: string }>(
      `/v1/builds/${id}/logs?step=${step}`,
    );
    return text;
  }

  get portal(): Portal {
    if (!this.#portal) throw new Error('The portal is not started');
    return this.#portal;
  }

  async dispose(): Promise<void> {
    await this.#portal?.stop();
    this.#elsewhere.server.close();
    rmSync(this.#folder, { recursive: true, force: true });
    await Promise.all(
      [this.namespace, this.relaxed, this.victim].map(each => each.dispose()),
    );
  }

  get #api(): string {
    return `${this.portal.url}/api/image-factory`;
  }

  #complete(name: string, component: HostileComponent) {
    return {
      ...component,
      image: component.image ?? `${this.images}/${name}`,
      source: component.source ?? `url:${this.repository.url}/tree/main/`,
    };
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.portal.url}/api/auth/guest/refresh`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    });
    return (await response.json()).backstageIdentity.token;
  }

  /** Has all components that the catalog takes, which it reads one after the other. */
  async #untilCatalogued(): Promise<void> {
    const until = Date.now() + CATALOGUED_WITHIN_MS;
    this.#token ??= await this.#signIn();
    for (;;) {
      const response = await fetch(
        `${this.portal.url}/api/catalog/entities?filter=kind=component&fields=metadata.name`,
        { headers: { Authorization: `Bearer ${this.#token}` } },
      );
      const found: { metadata: { name: string } }[] = await response.json();
      const names = found.map(({ metadata }) => metadata.name);
      const missing = this.#names.filter(name => !names.includes(name));
      if (missing.length === 0) return;
      if (Date.now() > until) {
        throw new Error(`The catalog has not taken ${missing.join(', ')}`);
      }
      await delay(500);
    }
  }
}
