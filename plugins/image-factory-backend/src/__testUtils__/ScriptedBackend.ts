import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionSpec,
  ExecutionUpdate,
  imageFactoryExecutorsExtensionPoint,
} from '@image-factory/backstage-plugin-image-factory-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemBlobStore } from '../blobs';
import { imageFactoryPlugin } from '../plugin';
import { EXAMPLES, exampleComponent } from './exampleComponent';
import { ScriptedExecutor } from './ScriptedExecutor';
import { guests } from './userInfo';

/** The real backend on a port, whose one executor reports what a test tells it to. */
export class ScriptedBackend {
  readonly port: number;
  readonly #backend: Awaited<ReturnType<typeof startTestBackend>>;
  readonly #executor: ScriptedExecutor;
  readonly #data: string;
  #builds = 0;

  static async start(): Promise<ScriptedBackend> {
    const data = await mkdtemp(join(tmpdir(), 'image-factory-scripted-'));
    const executor = new ScriptedExecutor();
    const backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        createBackendModule({
          pluginId: 'image-factory',
          moduleId: 'scripted-executor',
          register(env) {
            env.registerInit({
              deps: { executors: imageFactoryExecutorsExtensionPoint },
              async init({ executors }) {
                executors.addExecutor(executor);
              },
            });
          },
        }),
        catalogServiceMock.factory({
          entities: [exampleComponent('hello-site')],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: data,
              sources: { directories: [{ name: 'examples', path: EXAMPLES }] },
              executors: { local: { enabled: false } },
            },
          },
        }),
      ],
    });
    return new ScriptedBackend(backend, executor, data);
  }

  private constructor(
    backend: Awaited<ReturnType<typeof startTestBackend>>,
    executor: ScriptedExecutor,
    data: string,
  ) {
    this.#backend = backend;
    this.#executor = executor;
    this.#data = data;
    this.port = (backend.server.address() as AddressInfo).port;
  }

  get server() {
    return this.#backend.server;
  }

  /** The address of a path of the API. */
  url(path: string): string {
    return `http://127.0.0.1:${this.port}/api/image-factory/v1${path}`;
  }

  async submit(options: { start?: boolean } = {}): Promise<Build> {
    const response = await fetch(this.url('/builds'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        entityRef: 'component:default/hello-site',
        ...options,
      }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  /** A build that has started, and what has its run report something. */
  async run(): Promise<{
    build: Build;
    spec: ExecutionSpec;
    report: (...updates: ExecutionUpdate[]) => void;
  }> {
    const build = await this.submit();
    this.#builds += 1;
    const runs = await this.#executor.started(this.#builds);
    const { spec } = runs.find(each => each.spec.buildId === build.id)!;
    return {
      build,
      spec,
      report: (...updates) => this.#executor.report(spec.name, ...updates),
    };
  }

  /** What its executors keep artifacts in. */
  async blobs(): Promise<FilesystemBlobStore> {
    return FilesystemBlobStore.create({ directory: join(this.#data, 'blobs') });
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
    await rm(this.#data, { recursive: true, force: true });
  }
}
