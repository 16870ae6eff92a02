import {
  Build,
  BuildEventList,
  BuildList,
  StepList,
} from '@image-factory/backstage-plugin-image-factory-common';
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Portal, PortalError } from '../../e2e/portal/Portal';
import { NodeLogs } from './NodeLogs';
import { PlayedCluster } from './PlayedCluster';

const LOOK_MS = 2_000;
const AT_ONCE = 4;
const OPEN = ['pending', 'queued', 'running'];

/** When what became of a build, in milliseconds since the epoch. */
export type BuildTimes = {
  queuedAt: number;
  /** A place was free, and the dispatcher took it. */
  claimedAt: number;
  /** Its PipelineRun was there, */
  createdAt: number;
  /** and was over. */
  doneAt: number;
  completedAt: number;
};

/** Submits a build; a catalog that has only just started is waited for. */
async function submit(portal: Portal, name: string): Promise<Build> {
  for (;;) {
    try {
      return await portal.api<Build>('/v1/builds', {
        entityRef: `component:default/${name}`,
      });
    } catch (error) {
      const isUnknown = error instanceof PortalError && error.status === 404;
      if (!isUnknown) throw error;
      await delay(LOOK_MS / 4);
    }
  }
}

/** Submits so many builds, of all components in turn. */
async function submitAll(
  portal: Portal,
  components: string[],
  count: number,
): Promise<Build[]> {
  const builds: Build[] = [];
  let next = 0;
  const submitOn = async () => {
    while (next < count) {
      const name = components[next % components.length];
      next += 1;
      builds.push(await submit(portal, name));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, submitOn));
  return builds;
}

/**
 * Submits so many builds and waits until none is open any more, looking as a
 * page does.
 *
 * @returns also how long the portal took to answer, in milliseconds each
 */
export async function runAll(
  portal: Portal,
  options: {
    components: string[];
    count: number;
    onLook?: (open: number) => void;
  },
): Promise<{ builds: Build[]; answers: number[] }> {
  const { components, count, onLook } = options;
  let builds: Build[] | undefined;
  const submitting = submitAll(portal, components, count).then(submitted => {
    builds = submitted;
  });
  // Whoever waits for it is told; until then it is nobody's.
  submitting.catch(() => undefined);
  const answers: number[] = [];
  for (;;) {
    const areAllSubmitted = builds !== undefined;
    const askedAt = performance.now();
    const { totalItems } = await portal.api<BuildList>(
      `/v1/builds?${OPEN.map(status => `status=${status}`).join('&')}&limit=20`,
    );
    answers.push(performance.now() - askedAt);
    onLook?.(totalItems);
    if (totalItems === 0) await submitting;
    if (totalItems === 0 && areAllSubmitted)
      return { builds: builds!, answers };
    await delay(LOOK_MS);
  }
}

/** Demands of each build that it has completed once, by one PipelineRun that was created once, with its logs whole; and tells its times. */
export async function account(
  portal: Portal,
  played: PlayedCluster,
  builds: Build[],
): Promise<BuildTimes[]> {
  const runs = new Map(
    played.runs.seen.map(run => [run.labels['image-factory.io/build'], run]),
  );
  const ids = new Set(builds.map(({ id }) => id));
  const created = played.runs.seen.filter(({ labels }) =>
    ids.has(labels['image-factory.io/build']),
  );
  assert.equal(ids.size, builds.length, 'a build was submitted twice');
  assert.equal(created.length, builds.length, 'not one PipelineRun a build');
  const times: BuildTimes[] = [];
  for (const { id } of builds) {
    const build = await portal.api<Build>(`/v1/builds/${id}`);
    const events = await portal.api<BuildEventList>(`/v1/builds/${id}/events`);
    const steps = await portal.api<StepList>(`/v1/builds/${id}/steps`);
    const run = runs.get(id);
    const what = `build ${id}: ${JSON.stringify({
      build,
      events,
      steps,
      run,
    })}`;
    const told = (type: string) =>
      events.items.filter(event => event.type === type);
    assert.equal(build.status, 'completed', what);
    assert.equal(build.digest, played.digest, what);
    assert.equal(build.attempt, 1, what);
    assert.equal(told('completed').length, 1, what);
    assert.equal(run?.uids.length, 1, what);
    assert.equal(run?.hasSucceeded, true, what);
    checkLogs(steps, what);
    times.push({
      queuedAt: Date.parse(build.queuedAt!),
      claimedAt: Date.parse(told('claimed')[0].at),
      createdAt: run!.createdAt,
      doneAt: run!.doneAt!,
      completedAt: Date.parse(build.finishedAt!),
    });
  }
  return times;
}

/** The last step has the portal's own lines as well. */
function checkLogs({ items }: StepList, what: string): void {
  const { lines } = NodeLogs.expected;
  assert.ok(items.length > 0, what);
  items.forEach(({ status, logLines }, index) => {
    assert.equal(status, 'completed', what);
    if (index === items.length - 1) assert.ok(logLines > lines, what);
    else assert.equal(logLines, lines, what);
  });
}
