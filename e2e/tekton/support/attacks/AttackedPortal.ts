import { mkdtempSync, rmSync } from 'node:fs';
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
import { HostileCatalog } from './HostileCatalog';
import { HostileComponent } from './hostileComponent';
import { createMarkedTenant } from './markedTenant';

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
  readonly #folder: string;
  readonly #catalog: HostileCatalog;
  #portal: Portal | undefined;
  #token: string | undefined;

  static async create(cluster: Cluster): Promise<AttackedPortal> {
    const own = { git: 'git', pull: 'pull', push: 'push' } as const;
    const foreign = { git: 'victim', pull: 'victim', push: 'victim' } as const;
    const [namespace, relaxed, victim] = await Promise.all([
      createMarkedTenant(cluster, own),
      createMarkedTenant(cluster, own, 'privileged'),
      createMarkedTenant(cluster, foreign),
    ]);
    const repository = await createRepository(
      cluster.local.git,
      `attacks/guests-${process.pid}`,
      {},
    );
    const folder = mkdtempSync(join(tmpdir(), 'image-factory-attacks-'));
    const catalog = await HostileCatalog.create(join(folder, 'sources'));
    return new AttackedPortal(
      { cluster, namespace, relaxed, victim, repository },
      { folder, catalog },
    );
  }

  private constructor(
    parts: Pick<
      AttackedPortal,
      'cluster' | 'namespace' | 'relaxed' | 'victim' | 'repository'
    >,
    own: { folder: string; catalog: HostileCatalog },
  ) {
    this.cluster = parts.cluster;
    this.namespace = parts.namespace;
    this.relaxed = parts.relaxed;
    this.victim = parts.victim;
    this.repository = parts.repository;
    this.#folder = own.folder;
    this.#catalog = own.catalog;
  }

  /** Registry and repositories of the guests. */
  get images(): string {
    return `${this.cluster.local.registry.address}/guests`;
  }

  /** The hosts of the registry and of git, and the guests' own repository. */
  get places(): { registry: string; git: string; repository: string } {
    const { registry, git } = this.cluster.local;
    return {
      registry: registry.address,
      git: new URL(git.url).host,
      repository: this.repository.url,
    };
  }

  /** Adds a component, of the guests' repository unless it says otherwise; before the start. */
  add(name: string, component: HostileComponent = {}): void {
    this.#catalog.add(name, this.#complete(name, component));
  }

  /** Adds one that the catalog reads from a web server, whose author is nobody whom the portal's admins trust. */
  addFromElsewhere(name: string, component: HostileComponent): void {
    this.#catalog.addElsewhere(name, this.#complete(name, component));
  }

  async start(): Promise<void> {
    const config = clusterConfig(this.cluster, this.instance);
    const [registry] = config.imageFactory_registries;
    this.#portal = await Portal.start({
      sources: join(this.#folder, 'sources'),
      dataDirectory: join(this.#folder, 'data'),
      frontend: false,
      config: {
        ...config,
        ...this.#catalog.config,
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
      },
    });
    await this.#untilCatalogued();
  }

  /** What the API answers to a request for a build, whatever its body is. */
  async post(
    body: object | string,
    headers: Record<string, string> = {},
  ): Promise<Answer & { build?: Build }> {
    this.#token ??= await this.#signIn();
    const response = await fetch(
      `${this.portal.url}/api/image-factory/v1/builds`,
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${this.#token}`,
          'Content-Type': 'application/json',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
    );
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
    this.#catalog.close();
    rmSync(this.#folder, { recursive: true, force: true });
    await Promise.all(
      [this.namespace, this.relaxed, this.victim].map(each => each.dispose()),
    );
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
      const missing = this.#catalog.names.filter(name => !names.includes(name));
      if (missing.length === 0) return;
      if (Date.now() > until) {
        throw new Error(`The catalog has not taken ${missing.join(', ')}`);
      }
      await delay(500);
    }
  }
}
