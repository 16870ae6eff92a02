import { ObservedRun } from '@image-factory/backstage-plugin-image-factory-node';
import {
  Answer,
  ScriptedApiServer,
  json,
} from '../../clusters/__testUtils__/ScriptedApiServer';
import { COLLECTED_LABEL, RUN_ANNOTATIONS, RUN_LABELS } from '../../templates';
import { createTekton } from './__testUtils__/createTekton';
import { COLLECTED_ANNOTATION } from './listRuns';
import { markCollected } from './removeFinishedRuns';
import { TektonExecutor } from './TektonExecutor';

const { signal } = new AbortController();
const LONG_AGO = '2026-11-01T10:00:00.000Z';
const A_MOMENT_AGO = '2026-11-01T11:59:00.000Z';

/** Enough for any number of requests. */
const MANY = 500;

type Run = {
  name: string;
  namespace: string;
  labelled?: boolean;
  collectedAt?: string;
};

/** An API server that keeps runs, and selects them by whether they have a label. */
class RunKeeper {
  readonly runs: Run[] = [];
  readonly selectors: string[] = [];
  readonly lists: string[] = [];

  readonly answer: Answer = (response, asked) => {
    const [, namespace, name] =
      /namespaces\/([^/]+)\/pipelineruns(?:\/(.*))?$/.exec(asked.path) ?? [];
    if (asked.method === 'DELETE') {
      const at = this.runs.findIndex(run => run.name === name);
      this.runs.splice(at, 1);
      json(200, {})(response, asked);
      return;
    }
    const { labelSelector, limit, continue: from = '0' } = asked.query;
    this.selectors.push(labelSelector);
    this.lists.push(namespace);
    const wanted = !labelSelector.includes(`!${COLLECTED_LABEL}`);
    const selected = this.runs.filter(
      run => run.namespace === namespace && Boolean(run.labelled) === wanted,
    );
    const end = Number(from) + Number(limit);
    json(200, {
      metadata: {
        resourceVersion: '1',
        continue: end < selected.length ? String(end) : '',
      },
      items: selected.slice(Number(from), end).map(toObject),
    })(response, asked);
  };
}

function toObject({ name, namespace, labelled, collectedAt }: Run) {
  return {
    metadata: {
      name,
      namespace,
      resourceVersion: '1',
      labels: {
        [RUN_LABELS.build]: `build-of-${name}`,
        ...(labelled && { [COLLECTED_LABEL]: 'true' }),
      },
      annotations: {
        [RUN_ANNOTATIONS.execution]: `execution-of-${name}`,
        ...(collectedAt && { [COLLECTED_ANNOTATION]: collectedAt }),
      },
    },
    spec: {},
    status: { conditions: [{ type: 'Succeeded', status: 'True' }] },
  };
}

describe('The runs of a cluster', () => {
  let keeper: RunKeeper;
  let server: ScriptedApiServer;
  let executor: TektonExecutor;

  beforeEach(async () => {
    keeper = new RunKeeper();
    server = await ScriptedApiServer.start(
      ...new Array(MANY).fill(keeper.answer),
    );
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await executor.stop();
    await server.stop();
  });

  async function listed(): Promise<string[]> {
    const found: ObservedRun[] = [];
    for await (const run of executor.list(signal)) found.push(run);
    return found.map(({ name }) => name);
  }

  it('are found in the namespaces of those who have built lately, also by a process that was just started', async () => {
    const asked: [string, number][] = [];
    executor = createTekton(server, {
      namespaces: {
        byTenant: { 'group:default/search': 'search' },
        relaxedByTenant: { 'group:default/search': 'search-relaxed' },
        rule: 'builds-{tenant}',
      },
      recentTenants: async (...question) => {
        asked.push(question);
        return ['group:default/payments', 'group:default/search', 'default'];
      },
    });
    keeper.runs.push(
      { name: 'orphan', namespace: 'builds-payments' },
      { name: 'other', namespace: 'search-relaxed' },
      { name: 'foreign', namespace: 'elsewhere' },
    );
    expect((await listed()).sort()).toEqual(['orphan', 'other']);
    expect(keeper.lists.sort()).toEqual([
      'builds-payments',
      'search',
      'search-relaxed',
    ]);
    expect(asked).toEqual([['prod', expect.any(Number)]]);
    // Longer than a build may take, and than a run is kept.
    expect(asked[0][1]).toBeGreaterThan(24 * 3_600_000);

    keeper.runs.push({
      name: 'kept',
      namespace: 'builds-payments',
      labelled: true,
      collectedAt: LONG_AGO,
    });
    await executor.removeFinished(signal);
    expect(keeper.runs.map(({ name }) => name)).not.toContain('kept');
  });

  function ofOneTenant() {
    executor = createTekton(server, {
      namespaces: { byTenant: { 'group:default/search': 'search' } },
    });
  }

  it('are asked for without those that were collected, and told without those that were marked before there was the label', async () => {
    ofOneTenant();
    keeper.runs.push(
      { name: 'fresh', namespace: 'search' },
      {
        name: 'labelled',
        namespace: 'search',
        labelled: true,
        collectedAt: LONG_AGO,
      },
      { name: 'annotated', namespace: 'search', collectedAt: LONG_AGO },
    );
    expect(await listed()).toEqual(['fresh']);
    expect(keeper.selectors).toEqual([
      `${RUN_LABELS.instance}=test,!${COLLECTED_LABEL}`,
    ]);
  });

  it('are removed some while after they were collected, however they were marked', async () => {
    ofOneTenant();
    const namespace = 'search';
    keeper.runs.push(
      { name: 'fresh', namespace },
      { name: 'labelled', namespace, labelled: true, collectedAt: LONG_AGO },
      { name: 'annotated', namespace, collectedAt: LONG_AGO },
      { name: 'recent', namespace, labelled: true, collectedAt: A_MOMENT_AGO },
      { name: 'unclear', namespace, labelled: true },
    );
    await executor.removeFinished(signal);
    expect(keeper.runs.map(({ name }) => name)).toEqual([
      'fresh',
      'recent',
      'unclear',
    ]);
  });

  it('come a page at a time', async () => {
    ofOneTenant();
    for (let index = 0; index < 250; index += 1) {
      keeper.runs.push({ name: `run-${index}`, namespace: 'search' });
    }
    expect(await listed()).toHaveLength(250);
    expect(server.asked.map(({ query }) => query.limit)).toEqual([
      '100',
      '100',
      '100',
    ]);
  });

  it('are marked by a label and the time', async () => {
    ofOneTenant();
    const marked = await ScriptedApiServer.start(json(200, {}));
    const client = marked.client();
    await markCollected({
      client,
      run: { name: 'docker-1', namespace: 'search' },
      at: new Date(LONG_AGO),
      signal,
    });
    const [{ method, body }] = marked.asked;
    expect(method).toBe('PATCH');
    expect(JSON.parse(body)).toEqual([
      {
        op: 'add',
        path: '/metadata/annotations/image-factory.io~1collected-at',
        value: LONG_AGO,
      },
      {
        op: 'add',
        path: '/metadata/labels/image-factory.io~1collected',
        value: 'true',
      },
    ]);
    await client.close();
    await marked.stop();
  });
});
