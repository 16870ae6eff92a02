import {
  BuildEvent,
  Execution,
} from '@image-factory/backstage-plugin-image-factory-common';
import { aBuild, aStep } from '../../__testUtils__';
import { TimelineAttempt, TimelineFacts, toTimeline } from './toTimeline';

const START = Date.parse('2026-01-02T03:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function event(type: string, seconds: number, data = {}): BuildEvent {
  return { sequence: 1, type, at: at(seconds), actor: 'system', data };
}

function execution(
  attempt: number,
  from: number,
  to?: number,
  change: Partial<Execution> = {},
): Execution {
  return {
    id: `execution-${attempt}`,
    attempt,
    executor: 'eu-1',
    name: `docker-${attempt}`,
    status: to === undefined ? 'running' : 'completed',
    startedAt: at(from),
    finishedAt: to === undefined ? undefined : at(to),
    ...change,
  };
}

function facts(change: Partial<TimelineFacts>): TimelineFacts {
  return {
    build: aBuild({ createdAt: at(0), queuedAt: at(0), status: 'running' }),
    executions: [],
    stepsOf: () => [],
    events: [event('submitted', 0)],
    metrics: [],
    now: START + 100_000,
    ...change,
  };
}

/** In seconds since the start, so that a test can be read. */
function told(attempts: TimelineAttempt[]) {
  return attempts.map(({ attempt, rows }) => [
    attempt,
    ...rows.map(({ kind, step, span }) => [
      step?.name ?? kind,
      ...(span ? [(span.from - START) / 1000, (span.to - START) / 1000] : []),
      ...(span?.isLive ? ['live'] : []),
    ]),
  ]);
}

describe('toTimeline', () => {
  it('tells the wait, the start and each step of a build that runs, up to now', () => {
    const steps = [
      aStep({
        name: 'clone-repo',
        status: 'completed',
        startedAt: at(20),
        finishedAt: at(23),
      }),
      aStep({ name: 'build-image', status: 'running', startedAt: at(23) }),
      aStep({ name: 'push-image' }),
    ];
    expect(
      told(
        toTimeline(
          facts({ executions: [execution(1, 8)], stepsOf: () => steps }),
        ),
      ),
    ).toEqual([
      [
        1,
        ['queue', 0, 8],
        ['start', 8, 20],
        ['clone-repo', 20, 23],
        ['build-image', 23, 100, 'live'],
        ['push-image'],
      ],
    ]);
  });

  it('tells a wait for a node from the start of the pod, where a cluster has measured them', () => {
    const steps = [aStep({ name: 'clone-repo', startedAt: at(60) })];
    const metric = { attempt: 1, unit: 'seconds' as const };
    const [attempt] = told(
      toTimeline(
        facts({
          executions: [execution(1, 8, 90)],
          stepsOf: () => steps,
          metrics: [
            { ...metric, name: 'node-wait', value: 40 },
            { ...metric, name: 'pod-start', value: 10 },
          ],
        }),
      ),
    );
    expect(attempt.slice(1, 4)).toEqual([
      ['queue', 0, 8],
      ['node', 8, 50],
      ['start', 50, 60],
    ]);
  });

  it('makes no row of a start that took a moment only', () => {
    const steps = [aStep({ name: 'clone-repo', startedAt: at(8.2) })];
    const [attempt] = told(
      toTimeline(
        facts({ executions: [execution(1, 8, 9)], stepsOf: () => steps }),
      ),
    );
    expect(attempt.map(row => Array.isArray(row) && row[0])).toEqual([
      false,
      'queue',
      'clone-repo',
    ]);
  });

  it('waits before the first step for as long as there is none', () => {
    expect(told(toTimeline(facts({ executions: [execution(1, 8)] })))).toEqual([
      [1, ['queue', 0, 8], ['start', 8, 100, 'live']],
    ]);
  });

  it('draws nothing of an attempt whose steps are not known but its wait in the queue', () => {
    const [attempt] = toTimeline(
      facts({ executions: [execution(1, 8)], stepsOf: () => undefined }),
    );
    expect(told([attempt])).toEqual([[1, ['queue', 0, 8]]]);
    expect(attempt.hasUnknownSteps).toBe(true);
  });

  it('puts attempts one after another, each with its own wait in the queue', () => {
    const lost = execution(1, 8, 50, { status: 'lost' });
    expect(
      toTimeline(
        facts({
          executions: [lost, execution(2, 80)],
          events: [event('submitted', 0), event('requeued', 50)],
        }),
      ).map(({ attempt, idle, rows }) => ({
        attempt,
        idle,
        wait: rows[0].span,
      })),
    ).toMatchObject([
      { attempt: 1, idle: undefined, wait: { from: START } },
      {
        attempt: 2,
        idle: undefined,
        wait: { from: START + 50_000, to: START + 80_000 },
      },
    ]);
  });

  it('counts the time in which a build was over as nobody’s wait', () => {
    const [, second] = toTimeline(
      facts({
        executions: [execution(1, 8, 50), execution(2, 7_210)],
        events: [
          event('submitted', 0),
          event('failed', 50),
          event('retried', 7_200),
        ],
      }),
    );
    expect(second.idle).toEqual({
      from: START + 50_000,
      to: START + 7_200_000,
    });
    expect(second.rows[0].span).toMatchObject({ from: START + 7_200_000 });
  });

  it('does not count the time in which a build was held', () => {
    const [first] = toTimeline(
      facts({
        executions: [execution(1, 62)],
        events: [event('submitted', 0), event('started', 60)],
      }),
    );
    expect(first.rows[0].span).toMatchObject({ from: START + 60_000 });
  });

  it('shows the attempt that is waited for', () => {
    const build = aBuild({ status: 'queued', attempt: 1, createdAt: at(0) });
    expect(
      told(
        toTimeline(
          facts({
            build,
            executions: [execution(1, 8, 50)],
            events: [event('submitted', 0), event('requeued', 50)],
          }),
        ),
      ).at(-1),
    ).toEqual([2, ['queue', 50, 100, 'live']]);
  });

  it('gives a step no time that ends before it begins, by clocks that differ', () => {
    const steps = [
      aStep({ name: 'clone-repo', startedAt: at(20), finishedAt: at(19) }),
    ];
    const [attempt] = told(
      toTimeline(
        facts({ executions: [execution(1, 8, 30)], stepsOf: () => steps }),
      ),
    );
    expect(attempt.at(-1)).toEqual(['clone-repo', 20, 20]);
  });
});
