import {
  BackendFeature,
  BackstageCredentials,
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import permissionPlugin from '@backstage/plugin-permission-backend';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionSpec,
  PreflightRequest,
  imageFactoryExecutorsExtensionPoint,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
// What adopters copy is of no package.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import teamPolicy from '../../../../examples/permission-policy/permissionPolicy';
import { FilesystemBlobStore, vulnerabilityListKey } from '../blobs';
import { imageFactoryPlugin } from '../plugin';
import { EXAMPLES } from './exampleComponent';
import { ScriptedExecutor } from './ScriptedExecutor';
import { userInfo } from './userInfo';

/** What belongs to the builds here: a component of the demo catalog, which the group of guests owns. */
export const BUILT = 'component:default/hello-site';

const GROUPS = {
  'user:default/stranger': [],
  'user:default/outsider': ['group:default/shop'],
  'user:default/member': ['group:default/guests'],
  'user:default/admin': ['group:default/portal-admins', 'group:default/guests'],
  'user:default/foreign-admin': ['group:default/portal-admins'],
} as const;

type NameOf<Ref> = Ref extends `user:default/${infer Name}` ? Name : never;

/** Who asks. */
export type Role = 'anonymous' | NameOf<keyof typeof GROUPS>;

/**
 * The mock takes a plugin that asks in a user's name for the user, and the
 * permission backend answers some questions to plugins only. The real service
 * tells them apart, and so does this.
 */
const actingHttpAuth = createServiceFactory({
  service: coreServices.httpAuth,
  deps: { plugin: coreServices.pluginMetadata },
  factory: ({ plugin }) => {
    const mock = mockServices.httpAuth({ pluginId: plugin.getId() });
    const credentials: typeof mock.credentials = async (asked, options) => {
      const found = await mock.credentials(asked, options);
      const { principal } = found as BackstageCredentials<{
        type?: string;
        userEntityRef?: string;
      }>;
      const isPlugin = asked.headers.authorization?.startsWith(
        'Bearer mock-service-token:',
      );
      return isPlugin && principal.userEntityRef
        ? (mockCredentials.user(principal.userEntityRef, {
            actor: { subject: `plugin:${plugin.getId()}` },
          }) as typeof found)
        : found;
    };
    return {
      ...mock,
      credentials,
      issueUserCookie: mock.issueUserCookie.bind(mock),
    };
  },
});

/** One entry of the audit log. */
export type Audited = {
  eventId: string;
  severityLevel: string | undefined;
  path: string | undefined;
  meta: object | undefined;
  /** What it was given when the write was done. */
  succeeded?: object;
  /** Why the write was not done. */
  failed?: Error;
};

/**
 * The real backend with the real catalog and the real permission backend, which
 * asks the policy that an adopter copies from `examples/`.
 */
export class PolicyBackend {
  /** What the plugin has given to the audit log. */
  readonly audit: Audited[] = [];
  /** For whom the executor was asked whether it would take a build. */
  readonly preflights: string[] = [];
  readonly #executor = Object.assign(new ScriptedExecutor(), {
    preflight: async ({ requestedBy }: PreflightRequest) => {
      this.preflights.push(requestedBy);
      return { problems: [] };
    },
  });
  #backend!: Awaited<ReturnType<typeof startTestBackend>>;
  #data!: string;
  #knex: Knex | undefined;

  /** With features of a test's own beside. */
  static async start(...features: BackendFeature[]): Promise<PolicyBackend> {
    const portal = new PolicyBackend();
    await portal.#start(features);
    return portal;
  }

  private constructor() {}

  async #start(features: BackendFeature[]): Promise<void> {
    this.#data = await mkdtemp(join(tmpdir(), 'image-factory-policy-'));
    const executor = this.#executor;
    let knex: Promise<Knex> | undefined;
    this.#backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        catalogPlugin,
        permissionPlugin,
        teamPolicy,
        createBackendModule({
          pluginId: 'image-factory',
          moduleId: 'scripted-executor',
          register(env) {
            env.registerInit({
              deps: {
                executors: imageFactoryExecutorsExtensionPoint,
                database: coreServices.database,
              },
              async init({ executors, database }) {
                executors.addExecutor(executor);
                knex = database.getClient();
              },
            });
          },
        }),
        userInfo(user => [...(GROUPS[user as keyof typeof GROUPS] ?? [])]),
        actingHttpAuth,
        ...features,
        auditInto(this.audit),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            permission: { enabled: true },
            catalog: {
              rules: [
                { allow: ['Component', 'System', 'Location', 'User', 'Group'] },
              ],
              locations: [
                { type: 'file', target: join(EXAMPLES, 'catalog-info.yaml') },
              ],
            },
            imageFactory: {
              dataDirectory: this.#data,
              sources: { directories: [{ name: 'examples', path: EXAMPLES }] },
              executors: { local: { enabled: false } },
            },
          },
        }),
      ],
    });
    this.#knex = await knex;
    await this.#untilOwned();
  }

  /** As if a build had been accounted to another tenant when it was submitted. */
  async account(buildId: string, tenant: string): Promise<void> {
    await this.#knex!('builds').where({ id: buildId }).update({ tenant });
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
    await rm(this.#data, { recursive: true, force: true });
  }

  get server() {
    return this.#backend.server;
  }

  /** Asks the API of the plugin. */
  ask(role: Role, method: 'get' | 'post', path: string, body?: object) {
    return request(this.#backend.server)
      [method](`/api/image-factory${path}`)
      .set('Authorization', header(role))
      .send(body);
  }

  /** A build of `user`, held before it runs. */
  async held(user: Role = 'member'): Promise<Build> {
    const { status, body, text } = await this.ask(user, 'post', '/v1/builds', {
      entityRef: BUILT,
      start: false,
    });
    if (status !== 201) throw new Error(`${status}: ${text}`);
    return body;
  }

  /** A build that is over, with a step, a log, a scan and an archive to download. */
  async completed(): Promise<{ build: Build; artifactId: string }> {
    const held = await this.held();
    await this.ask('member', 'post', `/v1/builds/${held.id}/start`);
    const spec = await this.#specOf(held.id);
    const run = spec.name;
    const blobs = await FilesystemBlobStore.create({
      directory: join(this.#data, 'blobs'),
    });
    const blobKey = `artifacts/${held.id}/archive`;
    await blobs.put(blobKey, Readable.from(['bytes']));
    await blobs.put(vulnerabilityListKey(spec), Readable.from(['{}']));
    const bytes = Buffer.from('hello\n');
    const step = { name: 'build-image', ordinal: 0 };
    this.#executor.report(
      run,
      { type: 'step', step: { ...step, status: 'running' } },
      { type: 'log', step: step.name, offset: 0, bytes },
      { type: 'step', step: { ...step, status: 'completed' } },
      {
        type: 'artifact',
        artifact: {
          type: 'image-archive',
          name: 'image.tar',
          sizeBytes: 5,
          blobKey,
        },
      },
      { type: 'outcome', outcome: { status: 'completed' } },
    );
    const build: Build = await this.#until(
      `/v1/builds/${held.id}`,
      (answer: Build) => answer.status === 'completed',
    );
    const { body } = await this.ask(
      'member',
      'get',
      `/v1/builds/${held.id}/artifacts`,
    );
    return { build, artifactId: body.items[0].id };
  }

  async #specOf(buildId: string): Promise<ExecutionSpec> {
    for (let count = 1; ; count += 1) {
      const runs = await this.#executor.started(count);
      const run = runs.find(({ spec }) => spec.buildId === buildId);
      if (run) return run.spec;
    }
  }

  async #until<T>(path: string, matches: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const { body } = await this.ask('member', 'get', path);
      if (matches(body)) return body;
      await delay(20);
    }
  }

  /** The catalog reads its files after it has started. */
  async #untilOwned(): Promise<void> {
    for (;;) {
      const { body } = await request(this.#backend.server)
        .get('/api/catalog/entities/by-name/component/default/hello-site')
        .set('Authorization', header('admin'));
      if (body.relations?.length > 0) return;
      await delay(50);
    }
  }
}

function header(role: Role): string {
  return role === 'anonymous'
    ? mockCredentials.none.header()
    : mockCredentials.user.header(`user:default/${role}`);
}

function auditInto(audit: Audited[]) {
  return createServiceFactory({
    service: coreServices.auditor,
    deps: { plugin: coreServices.pluginMetadata },
    factory: ({ plugin }) => ({
      async createEvent({ eventId, severityLevel, request: asked, meta }) {
        const path = asked?.originalUrl;
        const entry: Audited = { eventId, severityLevel, path, meta };
        if (plugin.getId() === 'image-factory') audit.push(entry);
        return {
          success: async options => {
            entry.succeeded = options?.meta;
          },
          fail: async ({ error }) => {
            entry.failed = error;
          },
        };
      },
    }),
  });
}
