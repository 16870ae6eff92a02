import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../../e2e/cluster/Cluster';
import { TenantNamespace } from '../../e2e/tekton/support/TenantNamespace';
import { Benchmark, Figure } from '../Benchmark';
import { quantile } from '../quantile';
import { ReplicaProcess } from '../ReplicaProcess';
import { overheadMethod } from './overheadMethod';
import { Runs, Times, anyMoment } from './Runs';
import { COMPONENT, startReplica } from './startReplica';

/** `PAIRS=5 npm run bench -- tekton-overhead` is a short one. */
const PAIRS = Number(process.env.PAIRS ?? 30);
const WARM_UPS = 3;
const LOOK_MS = 20;
const ENDS_WITHIN_MS = 60_000;

const MOST_ADDED_MS = 1_000;

type Pair = { portal: Times; bare: Times; load: number };

/** What the portal adds to Tekton. */
export const benchmark: Benchmark = {
  title:
    'a build as a PipelineRun through the portal, compared to the same PipelineRun that is only created: from the request until the pod runs, and from the end of the pod until it is told',
  async run({ directory, postgres, say }) {
    const cluster = await Cluster.open();
    const namespace = await TenantNamespace.create(cluster);
    try {
      const runs = await Runs.open(cluster, namespace.name);
      const folder = join(directory, 'replica');
      mkdirSync(folder);
      const replica = await startReplica({
        cluster,
        namespace: namespace.name,
        directory: folder,
        database: postgres
          ? { engine: 'PostgreSQL', connection: postgres }
          : { engine: 'SQLite' },
      });
      try {
        const pairs: Pair[] = [];
        for (let count = 1; count <= WARM_UPS + PAIRS; count += 1) {
          const pair = await measurePair(runs, replica, count);
          say(`${count}: ${describe(pair)}`);
          if (count > WARM_UPS) pairs.push(pair);
        }
        return { figures: figuresOf(pairs), samples: { pairs } };
      } catch (error) {
        say(`The replica said:\n${replica.output.slice(-5_000)}`);
        throw error;
      } finally {
        await replica.stop();
        await runs.stop();
      }
    } finally {
      await namespace.dispose();
    }
  },
};

/** The first bare run has to have one of the portal's to be like. */
async function measurePair(
  runs: Runs,
  replica: ReplicaProcess,
  count: number,
): Promise<Pair> {
  const [load] = loadavg();
  if (count % 2 === 1) {
    const portal = await throughPortal(runs, replica);
    return { portal, bare: await runs.bare(`bare-${count}`), load };
  }
  const bare = await runs.bare(`bare-${count}`);
  return { portal: await throughPortal(runs, replica), bare, load };
}

async function throughPortal(
  runs: Runs,
  replica: ReplicaProcess,
): Promise<Times> {
  await anyMoment();
  const askedAt = performance.now();
  const { id } = await replica.api<Build>('/v1/builds', {
    entityRef: COMPONENT,
    method: overheadMethod.id,
    parameters: { digest: runs.digest },
  });
  const name = `${overheadMethod.id}-${id.replaceAll('-', '')}-1`;
  const createdAt = await runs.watch.until(name, 'created');
  const runningAt = await runs.watch.until(name, 'podRunning');
  const doneAt = await runs.watch.until(name, 'podDone');
  for (;;) {
    const { status, failure } = await replica.api<Build>(`/v1/builds/${id}`);
    const now = performance.now();
    if (status === 'completed') {
      runs.original = name;
      return {
        toCreated: createdAt - askedAt,
        toRunning: runningAt - askedAt,
        toCompleted: now - doneAt,
      };
    }
    if (isTerminal(status) || now - doneAt > ENDS_WITHIN_MS) {
      throw new Error(`The build is ${status}: ${JSON.stringify(failure)}`);
    }
    await delay(LOOK_MS);
  }
}

/** The goal is for those that are `whole`. */
const SPANS = [
  { name: 'request to PipelineRun created', key: 'toCreated', whole: false },
  { name: 'request to pod running', key: 'toRunning', whole: true },
  { name: 'pod done to completed', key: 'toCompleted', whole: true },
] as const;

const PARTS = [
  { name: 'median', part: 0.5 },
  { name: '95 % within', part: 0.95 },
];

function figuresOf(pairs: Pair[]): Figure[] {
  const spans = SPANS.flatMap(({ name, key, whole }) =>
    PARTS.flatMap(({ name: partName, part }) => {
      const [portal, bare] = (['portal', 'bare'] as const).map(way =>
        quantile(
          pairs.map(pair => pair[way][key]),
          part,
        ),
      );
      const figure = (what: string, value: number): Figure => ({
        name: `${name}, ${what}, ${partName}`,
        value,
        unit: 'ms',
      });
      return [
        {
          ...figure('added', portal - bare),
          ...(whole ? { atMost: MOST_ADDED_MS } : {}),
        },
        figure('the portal', portal),
        figure('bare', bare),
      ];
    }),
  );
  const loads = pairs.map(({ load }) => load);
  return [
    ...spans,
    {
      name: 'load of the machine, median',
      value: quantile(loads, 0.5),
      unit: '',
    },
    { name: 'at most', value: Math.max(...loads), unit: '' },
  ];
}

function describe({ portal, bare, load }: Pair): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    `created after ${ms(portal.toCreated)}, bare ${ms(bare.toCreated)}`,
    `running after ${ms(portal.toRunning)}, bare ${ms(bare.toRunning)}`,
    `completed after ${ms(portal.toCompleted)}, bare ${ms(bare.toCompleted)}`,
    `load ${load.toFixed(1)}`,
  ].join('; ');
}
