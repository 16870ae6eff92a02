import assert from 'node:assert/strict';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../../e2e/cluster/Cluster';
import { Portal } from '../../e2e/portal/Portal';
import { Benchmark, BenchmarkContext, BenchmarkOutcome } from '../Benchmark';
import { between } from './ApiCalls';
import { PipelineRunCopy, bareRuns, removeBareRuns } from './bareRuns';
import { Side, costFigures, pathFigures } from './figures';
import { NAMESPACE, PlayedCluster } from './PlayedCluster';
import { BuildTimes, account, runAll } from './portalRuns';
import { ProcessUsage, UsageSample } from './ProcessUsage';
import {
  INSTANCE,
  KEEP_FINISHED_SECONDS,
  SWEEP,
  startPortal,
} from './startPortal';

const WHOLE = 1_000;
/** `BUILDS=20 npm run bench:tekton` is a short one. */
const BUILDS = Number(process.env.BUILDS ?? WHOLE);
/** Fewer, since their pace is what counts, and it is soon there. */
const BARE_RUNS = Math.ceil(BUILDS * 0.3);
const MOST_LIVE = 100;
const WARM_UPS = 5;
const SWEPT_WITHIN_MS = 120_000;
const LOOK_MS = 1_000;
const LAST_LINES = 40;
const OURS = `--selector=image-factory.io/instance=${INSTANCE}`;

/** Many builds on a real cluster with the real Tekton, whose nodes are played. */
export const benchmark: Benchmark = {
  title: `${BUILDS} builds as PipelineRuns through Tekton on nodes that kwok plays, at most ${MOST_LIVE} live, compared to ${BARE_RUNS} PipelineRuns that a bare loop creates`,
  async run(context) {
    const { postgres, directory } = context;
    assert.ok(postgres, 'the portal keeps its rows in a PostgreSQL here');
    const played = await PlayedCluster.create(
      await Cluster.open(),
      join(directory, 'nodes'),
    );
    const stop = stopRequested();
    try {
      const { portal, components } = await startPortal({
        played,
        directory,
        postgres,
        mostLive: MOST_LIVE,
      });
      try {
        return await Promise.race([
          measure(context, { played, portal, components }),
          stop,
        ]);
      } catch (error) {
        context.say(`The portal said last:\n${lastOf(portal)}`);
        throw error;
      } finally {
        await portal.stop();
      }
    } finally {
      await played.remove();
    }
  },
};

function lastOf({ output }: Portal): string {
  return output.split('\n').slice(-LAST_LINES).join('\n');
}

/** Rejects once somebody asks to stop: what was added to the cluster still has to go. */
function stopRequested(): Promise<never> {
  const requested = new Promise<never>((_, reject) => {
    const stop = () => reject(new Error('Stopped on request'));
    process.once('SIGINT', stop).once('SIGTERM', stop);
  });
  requested.catch(() => undefined);
  return requested;
}

async function measure(
  { say }: BenchmarkContext,
  world: { played: PlayedCluster; portal: Portal; components: string[] },
): Promise<BenchmarkOutcome> {
  const { played, portal, components } = world;
  await runAll(portal, { components, count: WARM_UPS });

  const original = await anyRun(played);
  played.runs.takeMostLive();
  const [bare, bareSide] = await measured(played, () =>
    bareRuns(played, { original, count: BARE_RUNS, mostLive: MOST_LIVE }),
  );
  assert.ok(
    bare.every(({ uids, hasSucceeded }) => uids.length === 1 && hasSucceeded),
  );
  say(`${BARE_RUNS} bare runs took ${seconds(bareSide)} s`);
  const mostLiveBare = played.runs.takeMostLive();
  await removeBareRuns(played);

  const usage = ProcessUsage.watch(portal.backendPid);
  const [{ builds, answers }, portalSide] = await measured(played, () =>
    runAll(portal, {
      components,
      count: BUILDS,
      onLook: open => say(`${open} builds are open`),
    }),
  );
  const used = usage.stop();
  const mostLive = played.runs.takeMostLive();
  say(`${BUILDS} builds took ${seconds(portalSide)} s`);
  assert.ok(mostLive <= MOST_LIVE, `${mostLive} runs were live at once`);
  const times = await account(portal, played, builds);
  await demandSwept(played, portal);

  return {
    isShort: BUILDS < WHOLE,
    figures: [
      ...pathFigures({ times, bare, portalSide }),
      ...costFigures({
        usage: used,
        answers,
        portalSide,
        bareSide,
        builds: BUILDS,
        bareRuns: BARE_RUNS,
      }),
    ],
    samples: {
      bare: {
        ...bareSide,
        mostLive: mostLiveBare,
        createdToDoneMs: bare.map(run => run.doneAt! - run.createdAt).join(' '),
      },
      portal: {
        ...portalSide,
        mostLive,
        answersMs: answers.map(Math.round).join(' '),
        usage: used.filter((_, index) => index % 10 === 0).map(describeUsage),
        builds: times.map(describeTimes),
      },
    },
  };
}

/** What some work has cost the cluster, and how busy the machine was. */
async function measured<T>(
  { calls }: PlayedCluster,
  work: () => Promise<T>,
): Promise<[T, Side]> {
  const before = await calls.read();
  const [loadBefore] = loadavg();
  const began = performance.now();
  const result = await work();
  const tookMs = performance.now() - began;
  return [
    result,
    {
      tookMs: Math.round(tookMs),
      load: [loadBefore, loadavg()[0]],
      calls: between(before, await calls.read()),
    },
  ];
}

async function anyRun({
  cluster: { kubectl },
}: PlayedCluster): Promise<PipelineRunCopy> {
  const { items } = await kubectl.get<{ items: PipelineRunCopy[] }>(
    'pipelineruns',
    `--namespace=${NAMESPACE}`,
    OURS,
  );
  return items[0];
}

/** Demands that the portal has removed all its runs that it need not keep any more. */
async function demandSwept(
  { cluster: { kubectl } }: PlayedCluster,
  portal: Portal,
): Promise<void> {
  await delay(KEEP_FINISHED_SECONDS * 1_000);
  await portal.api(`/.backstage/scheduler/v1/tasks/${SWEEP}/trigger`, {});
  const until = performance.now() + SWEPT_WITHIN_MS;
  for (;;) {
    const left = await kubectl.run([
      'get',
      'pipelineruns',
      `--namespace=${NAMESPACE}`,
      OURS,
      '--output=name',
    ]);
    if (left === '') return;
    assert.ok(performance.now() < until, `runs were not removed:\n${left}`);
    await delay(LOOK_MS);
  }
}

function seconds({ tookMs }: Side): number {
  return Math.round(tookMs / 1_000);
}

function describeUsage(sample: UsageSample): string {
  const { atMs, residentMiB, processorSeconds } = sample;
  return `after ${Math.round(
    atMs / 1_000,
  )} s: ${residentMiB} MiB, ${processorSeconds} s of processor time`;
}

/** Each after the one before, in milliseconds. */
function describeTimes(times: BuildTimes): string {
  const { queuedAt, claimedAt, createdAt, doneAt, completedAt } = times;
  return `claimed ${claimedAt - queuedAt}, created ${
    createdAt - claimedAt
  }, done ${doneAt - createdAt}, completed ${completedAt - doneAt}`;
}
