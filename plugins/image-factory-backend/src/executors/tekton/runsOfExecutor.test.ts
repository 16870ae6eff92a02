import { ConfigReader } from '@backstage/config';
import {
  ExecutionSpec,
  ExecutionUpdate,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobStore } from '../../blobs';
import { ClusterSettings, readKubernetes } from '../../clusters';
import {
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { MethodRegistry, dockerMethod } from '../../methods';
import { FakeTekton } from './__testUtils__/FakeTekton';
import { createTekton } from './__testUtils__/createTekton';
import { succeeded } from './__testUtils__/runStates';
import { TektonExecutor } from './TektonExecutor';

const DIGEST = `sha256:${'1'.repeat(64)}`;
/** Enough for any number of requests. */
const MANY = 2_000;
/** Some forty minutes pass within a second. */
const TIMES_AS_FAST = 3_000;

function pathOf(namespace: string, name: string): string {
  return `/apis/tekton.dev/v1/namespaces/${namespace}/pipelineruns/${name}`;
}

function spec(number = 1): ExecutionSpec {
  return {
    name: `docker-${number}-1`,
    executionId: `execution-${number}`,
    buildId: `build-${number}`,
    attempt: 1,
    buildNumber: number,
    requestedBy: 'user:default/guest',
    config: {
      entityRef: 'component:default/web',
      imageName: 'default',
      tenant: 'group:default/payments',
      method: 'docker',
      infrastructure: 'kubernetes',
      source: {
        type: 'git',
        repository: 'https://git.example.com/payments/web',
        ref: 'main',
        commit: 'a'.repeat(40),
        path: '',
        credentials: 'host',
      },
      image: {
        reference: 'r.example.com/payments/web:1',
        tags: [],
        delivery: 'push',
      },
      parameters: {},
      platforms: [],
      timeoutSeconds: 60,
    },
  };
}

describe('The runs of an executor on an API server that keeps them', () => {
  let tekton: FakeTekton;
  let server: ScriptedApiServer;
  const executors: TektonExecutor[] = [];

  beforeEach(async () => {
    tekton = new FakeTekton();
    server = await ScriptedApiServer.start(
      ...new Array(MANY).fill(tekton.answer),
    );
  });

  afterEach(async () => {
    await Promise.all(executors.splice(0).map(executor => executor.stop()));
    jest.restoreAllMocks();
    await server.stop();
  });

  function replica(
    options: {
      settings?: Partial<ClusterSettings>;
      namespace?: string;
      steady?: () => number;
    } = {},
  ): TektonExecutor {
    const { clusters, ...kubernetes } = readKubernetes(
      new ConfigReader({
        stepImages: Object.fromEntries(
          ['git', 'buildah'].map(name => [
            name,
            `r.example.com/${name}@${DIGEST}`,
          ]),
        ),
        clusters: [
          {
            name: 'prod',
            inCluster: true,
            createsPerSecond: 20,
            tenants: [
              {
                name: 'group:default/payments',
                namespace: options.namespace ?? 'payments',
              },
            ],
          },
        ],
      }),
    );
    const methods = new MethodRegistry();
    methods.register(dockerMethod);
    const executor = createTekton(server, {
      settings: { ...clusters[0], ...options.settings },
      kubernetes,
      methods,
      blobs: {
        put: async () => ({ sizeBytes: 1 }),
      } as unknown as BlobStore,
      now: () => new Date(),
      ...(options.steady && { steady: options.steady }),
    });
    executors.push(executor);
    return executor;
  }

  const never = () => new AbortController().signal;

  function fail(run: RunReference): void {
    tekton.become(pathOf(run.namespace!, run.name), {
      status: {
        conditions: [succeeded('False', 'CouldntGetPipeline', 'no pipeline')],
      },
    });
  }

  it('are given up at once where the portal stops while they wait to be created, so that another creates them', async () => {
    const executor = replica({ settings: { createsPerSecond: 0.001 } });
    await executor.start(spec(1), never());
    const waiting = executor.start(spec(2), never());
    const refused = waiting.then(
      () => undefined,
      (error: Error) => error.name,
    );
    await delay(100);
    await executor.stop();
    expect(await refused).toBe('AbortError');
    expect(tekton.runs.size).toBe(1);
    // As that of a build that was never started, and not as a failure of it.
    const other = replica();
    await other.start({ ...spec(2), resumed: true }, never());
    expect([...tekton.runs.keys()]).toContain(pathOf('payments', spec(2).name));
  });

  it('are created by whoever takes over what was never created', async () => {
    const run = await replica().start({ ...spec(), resumed: true }, never());
    expect(run).toEqual({ name: 'docker-1-1', namespace: 'payments' });
    expect([...tekton.runs.keys()]).toEqual([pathOf('payments', run.name)]);
  });

  it('are taken over as they are where they were made with another configuration', async () => {
    await replica().start(spec(), never());
    const other = replica({ settings: { pendingTimeoutSeconds: 77 } });
    const run = await other.start({ ...spec(), resumed: true }, never());
    expect(tekton.changes).toEqual(['POST namespaces/payments/pipelineruns']);
    const updates: ExecutionUpdate[] = [];
    fail(run);
    for await (const update of other.collect(run, undefined, never())) {
      updates.push(update);
    }
    expect(updates.at(-1)).toMatchObject({
      outcome: { failure: { message: expect.stringContaining('no pipeline') } },
    });
  });

  it('are not taken for one of the same name that another has made', async () => {
    await replica().start(spec(), never());
    const path = pathOf('payments', 'docker-1-1');
    const { metadata } = tekton.runs.get(path)!;
    tekton.become(path, { metadata: { ...metadata, annotations: {} } });
    const executor = replica();
    const run = await executor.start({ ...spec(), resumed: true }, never());
    const [update] = await collect(executor, run);
    expect(update).toMatchObject({
      outcome: {
        failure: { message: expect.stringContaining('not the one of this') },
      },
    });
  });

  it('are collected where they were created, whatever namespace their tenant has now', async () => {
    const run = await replica().start(spec(), never());
    const other = replica({ namespace: 'payments-2' });
    const resumed = await other.start(
      { ...spec(), resumed: true, run },
      never(),
    );
    expect(resumed).toEqual(run);
    expect(tekton.runs.size).toBe(1);
  });

  async function collect(
    executor: TektonExecutor,
    run: RunReference,
  ): Promise<ExecutionUpdate[]> {
    const updates: ExecutionUpdate[] = [];
    for await (const update of executor.collect(run, undefined, never())) {
      updates.push(update);
    }
    return updates;
  }

  it('are marked and removed only once their outcome is stored, and whoever comes before that finds them', async () => {
    const executor = replica();
    const run = await executor.start(spec(), never());
    fail(run);
    const touched = () =>
      tekton.changes.filter(change => !change.startsWith('POST'));

    // Whoever leaves at the outcome has not stored it.
    for await (const update of executor.collect(run, undefined, never())) {
      if (update.type === 'outcome') break;
    }
    expect(touched()).toEqual([]);

    const other = replica();
    await other.start({ ...spec(), resumed: true, run }, never());
    const updates = other
      .collect(run, undefined, never())
      [Symbol.asyncIterator]();
    let next = await updates.next();
    while (next.value.type !== 'outcome') next = await updates.next();
    await delay(50);
    expect(touched()).toEqual([]);
    expect(await updates.next()).toEqual({ done: true, value: undefined });
    expect(touched()).toEqual([
      `PATCH namespaces/payments/pipelineruns/${run.name}`,
      // Nothing of it has begun: Tekton may make its pod still.
      `DELETE namespaces/payments/pipelineruns/${run.name}`,
    ]);
  });

  describe('whose cluster is away', () => {
    /** Time flies there, so that nobody has to wait for hours. */
    async function away(
      then: (executor: TektonExecutor, run: RunReference) => Promise<void>,
    ): Promise<ExecutionUpdate | undefined> {
      let awayAt: number | undefined;
      const executor = replica({
        steady: () => {
          const now = performance.now();
          return now + TIMES_AS_FAST * (now - (awayAt ?? now));
        },
      });
      const run = await executor.start(spec(), never());
      const updates: ExecutionUpdate[] = [];
      for await (const update of executor.collect(run, undefined, never())) {
        updates.push(update);
        if (update.type !== 'phase' || awayAt !== undefined) continue;
        awayAt = performance.now();
        tekton.trouble = json(503, {});
        tekton.cut();
        await then(executor, run);
      }
      return updates.at(-1);
    }

    it('are given up after all that a build may take: nobody can end them, and they hold a place', async () => {
      // A minute of its own, 30 until a pod starts, and a quarter of an hour.
      const last = await away(async () => undefined);
      expect(last).toMatchObject({
        type: 'outcome',
        outcome: {
          status: 'lost',
          message: expect.stringContaining('cluster prod has told nothing'),
        },
      });
    }, 20_000);

    it('are cancelled in a moment where somebody wants that, whether or not the cluster takes it', async () => {
      const last = await away(async (executor, run) => {
        await expect(executor.cancel(run, 'cancel')).rejects.toThrow('503');
      });
      expect(last).toEqual({
        type: 'outcome',
        outcome: { status: 'cancelled' },
      });
    }, 20_000);
  });

  it('are collected again without another start where their collector has left, and forgotten at their end or where starting them went wrong', async () => {
    const executor = replica();
    const run = await executor.start(spec(), never());
    for await (const update of executor.collect(run, undefined, never())) {
      if (update.type === 'phase') break;
    }
    fail(run);
    expect((await collect(executor, run)).at(-1)).toMatchObject({
      outcome: { failure: { message: expect.stringContaining('no pipeline') } },
    });
    // Where it is only its process would know.
    const { name } = run;
    expect(await executor.cancel({ name }, 'cancel')).toBe('gone');

    const leave = new AbortController();
    leave.abort();
    await expect(executor.start(spec(2), leave.signal)).rejects.toThrow();
    expect(await executor.cancel({ name: spec(2).name }, 'cancel')).toBe(
      'gone',
    );
  });
});
