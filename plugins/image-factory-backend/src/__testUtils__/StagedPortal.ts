import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  Build,
  Step,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryMethodsExtensionPoint } from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import { scriptedStepsMethod } from '../executors/local/__testUtils__/scriptedStepsMethod';
import { imageFactoryPlugin } from '../plugin';
import { GitServer, Stall } from './GitServer';
import { guests } from './userInfo';

type TestBackend = Awaited<ReturnType<typeof startTestBackend>>;

const BASE = '/api/image-factory/v1';

/** The steps that a build can be held in. */
export const RUNNING_STAGES = [
  'clone-repo',
  'build-image',
  'push-image',
] as const;

/** Where a build can be when somebody wants something of it. */
export const STAGES = ['held', 'queued', ...RUNNING_STAGES] as const;

export type Stage = (typeof STAGES)[number];

/** A portal with the real local executor, for one build at a time, and a method whose steps are scripts. */
export class StagedPortal {
  readonly #backend: TestBackend;
  readonly #root: string;
  readonly #git: GitServer;
  #stall: Stall | undefined;

  static async start(options: {
    root: string;
    git: GitServer;
    knex: Knex;
    runsBuilds: boolean;
  }): Promise<StagedPortal> {
    const { root, git, knex, runsBuilds } = options;
    const backend = await startTestBackend({
      features: [
        imageFactoryPlugin,
        guests,
        createBackendModule({
          pluginId: 'image-factory',
          moduleId: 'scripted-steps',
          register(env) {
            env.registerInit({
              deps: { methods: imageFactoryMethodsExtensionPoint },
              init: async ({ methods }) =>
                methods.addMethod(scriptedStepsMethod),
            });
          },
        }),
        createServiceFactory({
          service: coreServices.database,
          deps: {},
          factory: () => ({ getClient: async () => knex }),
        }),
        catalogServiceMock.factory({
          entities: [
            component('site', `file:${root}/sources/site/catalog-info.yaml`),
            component(
              'site-in-git',
              `url:${git.url}/team/app/tree/main/catalog-info.yaml`,
            ),
          ],
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: { baseUrl: 'http://localhost' },
            imageFactory: {
              dataDirectory: join(root, 'data'),
              sources: {
                directories: [{ name: 'demo', path: join(root, 'sources') }],
                git: { hosts: [{ host: git.host, caFile: git.caFile }] },
              },
              executors: { local: { enabled: runsBuilds, maxRunning: 1 } },
            },
          },
        }),
      ],
    });
    return new StagedPortal(backend, root, git);
  }

  private constructor(backend: TestBackend, root: string, git: GitServer) {
    this.#backend = backend;
    this.#root = root;
    this.#git = git;
  }

  async get<T>(path: string): Promise<T> {
    const response = await request(this.#backend.server).get(BASE + path);
    if (response.status !== 200) {
      throw new Error(`${response.status}: ${response.text}`);
    }
    return response.body;
  }

  async post(
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Build }> {
    return request(this.#backend.server)
      .post(BASE + path)
      .send(body);
  }

  /** Submits a build that goes on to `stage` and stays there until its gate is opened. */
  async buildAt(
    stage: Stage,
    further: { timeoutSeconds?: number } = {},
  ): Promise<Build> {
    // There is room for one, so that the next has to wait.
    if (stage === 'queued') await this.buildAt('build-image');
    const gate = join(this.#root, 'gate');
    await rm(gate, { force: true });
    const wait = `while [ ! -e ${gate} ]; do sleep 0.05; done`;
    const { body, status } = await this.post('/builds', {
      entityRef: `component:default/${
        stage === 'clone-repo' ? 'site-in-git' : 'site'
      }`,
      start: stage !== 'held' && stage !== 'clone-repo',
      parameters: {
        'build-image': stage === 'build-image' ? wait : 'true',
        'push-image': stage === 'push-image' ? wait : 'true',
      },
      ...further,
    });
    if (status !== 201) {
      throw new Error(`${status}: ${JSON.stringify(body)}`);
    }
    if (stage === 'clone-repo') {
      // The commit is known by now: what is asked next is asked by the step,
      // and whoever asks after it is not to wait.
      this.#stall = this.#git.stall({ atMost: 1 });
      await this.post(`/builds/${body.id}/start`);
    }
    if (isRunningStage(stage)) {
      await this.#until(
        `/builds/${body.id}/steps`,
        (answer: { items: Step[] }) =>
          answer.items.some(
            step => step.name === stage && step.status === 'running',
          ),
      );
    }
    return body;
  }

  /** Lets whatever waits at its stage go on. */
  async openGate(): Promise<void> {
    await writeFile(join(this.#root, 'gate'), '');
    this.#stall?.release();
  }

  async end(id: string): Promise<Build> {
    return this.#until(`/builds/${id}`, ({ status }: Build) =>
      isTerminal(status),
    );
  }

  async #until<T>(path: string, matches: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await this.get<T>(path);
      if (matches(answer)) return answer;
      await delay(20);
    }
  }

  async stop(): Promise<void> {
    await this.#backend.stop();
  }
}

function component(name: string, location: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
        'image-factory.io/image': 'site',
        'image-factory.io/method': scriptedStepsMethod.id,
      },
    },
    spec: { type: 'website', owner: 'group:default/guests' },
  };
}

/** Whether a build at that stage has an execution. */
export function isRunningStage(stage: Stage): boolean {
  return RUNNING_STAGES.some(each => each === stage);
}
