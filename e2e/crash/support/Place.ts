import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { TestPostgres } from '../../../scripts/tests/startPostgres.mjs';
import { Portal } from '../../portal/Portal';
import { SlowSource } from '../../portal/SlowSource';
import { NetworkPeers } from './NetworkPeers';
import { PortalRows } from './PortalRows';
import { type CrashSources, writeSources } from './sources';

export type DatabaseKind = 'sqlite' | 'postgres';

/** A build as the API tells it. */
export type Build = { id: string; status: string; attempt: number };

/** What differs between one start of a portal and the next. */
export type StartOptions = {
  config?: Record<string, unknown>;
  environment?: Record<string, string>;
};

/**
 * Where portals live and die: their sources, their data and their database stay
 * while they come and go.
 */
export class Place {
  readonly kind: DatabaseKind;
  readonly folder: string;
  readonly sources: string;
  readonly slow: SlowSource;
  /** See {@link CrashSources}. */
  readonly detachedFor: CrashSources['detachedFor'];
  readonly peers: NetworkPeers;
  readonly rows: PortalRows;
  /** Only where the portals are on PostgreSQL. */
  readonly postgres: TestPostgres | undefined;
  readonly #databaseFolder: string;
  readonly #portals = new Set<Portal>();
  readonly #all: Portal[] = [];
  #portal: Portal | undefined;

  /** `databaseFolder` names where the database is to be, such as a small disk. */
  static async create(options: {
    kind: DatabaseKind;
    databaseFolder?: string;
  }): Promise<Place> {
    const { kind } = options;
    const folder = mkdtempSync(join(tmpdir(), 'image-factory-crash-'));
    const sources = join(folder, 'sources');
    const { slow, detachedFor } = await writeSources(sources);
    const peers = await NetworkPeers.start({ folder, sources });
    const postgres =
      kind === 'postgres'
        ? await startPostgres(options.databaseFolder)
        : undefined;
    return new Place({
      kind,
      folder,
      sources,
      slow,
      detachedFor,
      peers,
      postgres,
      databaseFolder: options.databaseFolder ?? join(folder, 'database'),
    });
  }

  private constructor(options: {
    kind: DatabaseKind;
    folder: string;
    sources: string;
    slow: SlowSource;
    detachedFor: string;
    peers: NetworkPeers;
    postgres: TestPostgres | undefined;
    databaseFolder: string;
  }) {
    this.kind = options.kind;
    this.folder = options.folder;
    this.sources = options.sources;
    this.slow = options.slow;
    this.detachedFor = options.detachedFor;
    this.peers = options.peers;
    this.postgres = options.postgres;
    this.#databaseFolder = options.databaseFolder;
    this.rows = options.postgres
      ? PortalRows.postgres(options.postgres.url)
      : PortalRows.sqlite(this.databaseFile);
  }

  /** Where portals keep workspaces, image stores and archives. */
  get dataDirectory(): string {
    return join(this.folder, 'image-factory');
  }

  /** The plugin's database, where it is SQLite. */
  get databaseFile(): string {
    return join(this.#databaseFolder, 'image-factory.sqlite');
  }

  /** The portal that was started last. */
  get portal(): Portal {
    if (!this.#portal) throw new Error('No portal runs');
    return this.#portal;
  }

  /** What all portals have printed, one after the other. */
  get output(): string {
    return this.#all.map(portal => portal.output).join('\n--- next portal\n');
  }

  /** Starts a portal beside those that run. */
  async start(options: StartOptions = {}): Promise<Portal> {
    const portal = await Portal.start({
      sources: this.sources,
      dataDirectory: this.folder,
      frontend: false,
      environment: options.environment,
      config: {
        ...this.#database(),
        ...this.peers.config,
        // A kill must not use up the attempts of a build that others kill as well.
        imageFactory_builds_maxAttempts: 10,
        ...options.config,
      },
    });
    this.#portals.add(portal);
    this.#all.push(portal);
    this.#portal = portal;
    return portal;
  }

  /** Stops every portal that runs. */
  async stopAll(): Promise<void> {
    for (const portal of [...this.#portals]) await this.stop(portal);
  }

  /** Starts one unless one runs. */
  async ensurePortal(): Promise<Portal> {
    return this.#portal ?? this.start();
  }

  async kill(portal = this.portal): Promise<void> {
    await portal.kill();
    this.#forget(portal);
  }

  async stop(portal = this.portal): Promise<void> {
    this.#forget(portal);
    await portal.stop();
  }

  /** Submits a build of a component; the catalog takes a moment to know it. */
  async submit(component: string, request: object = {}): Promise<Build> {
    let build: Build | undefined;
    await expect(async () => {
      build = await this.portal.api<Build>('/v1/builds', {
        entityRef: `component:default/${component}`,
        ...request,
      });
    }).toPass();
    return build!;
  }

  /** Resolves when a build has come to its end. */
  async ended(id: string): Promise<Build> {
    let build: Build | undefined;
    await expect
      .poll(
        async () => {
          build = await this.portal.api<Build>(`/v1/builds/${id}`);
          return build.status;
        },
        { timeout: 120_000, intervals: [200] },
      )
      .toMatch(/completed|failed|cancelled/);
    return build!;
  }

  /** Ends and removes all. */
  async remove(): Promise<void> {
    await this.stopAll();
    await this.slow.stop();
    await this.peers.stop();
    await this.rows.close();
    await this.postgres?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #forget(portal: Portal): void {
    this.#portals.delete(portal);
    if (this.#portal === portal) this.#portal = [...this.#portals].at(-1);
  }

  #database(): Record<string, unknown> {
    if (!this.postgres) {
      return { backend_database_connection_directory: this.#databaseFolder };
    }
    const { hostname, port, username } = new URL(this.postgres.url);
    return {
      backend_database_client: 'pg',
      backend_database_connection_host: hostname,
      backend_database_connection_port: Number(port),
      backend_database_connection_user: username,
    };
  }
}

async function startPostgres(data: string | undefined): Promise<TestPostgres> {
  const scripts = await import('../../../scripts/tests/startPostgres.mjs');
  return scripts.startPostgres({
    data,
    // Small files, so that a small disk holds them.
    initdb: data ? ['--wal-segsize=1'] : [],
  });
}
