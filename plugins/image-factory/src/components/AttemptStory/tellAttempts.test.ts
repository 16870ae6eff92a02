import {
  BuildEvent,
  Execution,
} from '@image-factory/backstage-plugin-image-factory-common';
import { aBuild, aStep, anExecution } from '../../__testUtils__';
import { tellAttempts } from './tellAttempts';

const at = (seconds: number) =>
  new Date(
    Date.parse('2026-01-02T03:00:00.000Z') + seconds * 1000,
  ).toISOString();

function event(
  type: string,
  seconds: number,
  data: BuildEvent['data'] = {},
  actor = 'system',
): BuildEvent {
  return { sequence: 1, type, at: at(seconds), actor, data };
}

function execution(
  attempt: number,
  status: Execution['status'],
  from: number,
  to?: number,
) {
  return anExecution({
    attempt,
    status,
    startedAt: at(from),
    finishedAt: to === undefined ? undefined : at(to),
  });
}

const onNode = (node: string | undefined) => [
  aStep({
    name: 'clone-repo',
    status: 'completed',
    startedAt: at(1),
    node,
  }),
  aStep({ name: 'build-image', status: 'failed', startedAt: at(2), node }),
  aStep({ name: 'push-image', status: 'skipped', node }),
];

describe('tellAttempts', () => {
  const build = aBuild({ status: 'running', attempt: 3 });

  it('tells where each attempt ran, and which nodes the next ones keep off', () => {
    const told = tellAttempts({
      build,
      executions: [
        { ...execution(1, 'lost', 0, 60), lostNodes: ['worker-1'] },
        {
          ...execution(2, 'lost', 90, 120),
          lostNodes: ['worker-2', 'worker-1'],
        },
        execution(3, 'running', 200),
      ],
      stepsOf: attempt => onNode(`worker-${attempt}`),
      events: [
        event('requeued', 60, {
          attempt: 1,
          class: 'infrastructure',
          message: 'Lost.',
        }),
      ],
    });
    expect(
      told.map(({ cause, afterMs, nodes, avoids, logStep }) => ({
        cause,
        afterMs,
        nodes,
        avoids,
        logStep,
      })),
    ).toEqual([
      {
        cause: 'submitted',
        afterMs: undefined,
        nodes: ['worker-1'],
        avoids: [],
        logStep: 'build-image',
      },
      {
        cause: 'again',
        afterMs: 30_000,
        nodes: ['worker-2'],
        avoids: ['worker-1'],
        logStep: 'build-image',
      },
      {
        cause: 'again',
        afterMs: 80_000,
        nodes: ['worker-3'],
        avoids: ['worker-1', 'worker-2'],
        logStep: 'build-image',
      },
    ]);
  });

  it('tells who tried it again', () => {
    const [, second] = tellAttempts({
      build,
      executions: [execution(1, 'failed', 0, 60), execution(2, 'running', 70)],
      stepsOf: () => onNode('worker-1'),
      events: [event('retried', 65, {}, 'user:default/guest')],
    });
    expect(second).toMatchObject({
      cause: 'retried',
      by: 'user:default/guest',
    });
  });

  it.each(['failed', 'lost'] as const)(
    'keeps off no node of an attempt that %s otherwise than with it',
    status => {
      const [, second] = tellAttempts({
        build,
        executions: [execution(1, status, 0, 60), execution(2, 'running', 70)],
        stepsOf: () => onNode('worker-1'),
        events: [],
      });
      expect(second.avoids).toEqual([]);
    },
  );

  it('keeps off no node of another executor', () => {
    const lost = { ...execution(1, 'lost', 0, 60), lostNodes: ['worker-1'] };
    const elsewhere = { ...execution(2, 'running', 70), executor: 'us-1' };
    const [, second] = tellAttempts({
      build,
      executions: [lost, elsewhere],
      stepsOf: () => onNode('worker-1'),
      events: [],
    });
    expect(second.avoids).toEqual([]);
  });

  it('tells what held an attempt up, and no other', () => {
    const heldUp = (attempt: number, reason: string) =>
      event('held-up', 1, { attempt, reason, message: 'words' });
    const [first, second] = tellAttempts({
      build,
      executions: [execution(1, 'lost', 0, 60), execution(2, 'running', 70)],
      stepsOf: () => [aStep({ name: 'clone-repo' })],
      events: [
        heldUp(1, 'Unschedulable'),
        heldUp(1, 'ErrImagePull'),
        heldUp(2, 'Unschedulable'),
      ],
    });
    expect(first.heldUp).toEqual([
      { reason: 'Unschedulable', message: 'words' },
      { reason: 'ErrImagePull', message: 'words' },
    ]);
    expect(second.heldUp).toHaveLength(1);
    expect(first).toMatchObject({ hasBegun: false, logStep: undefined });
  });

  it('tells nothing of an attempt whose steps are not known but what the next ones keep off', () => {
    const [first, second, third] = tellAttempts({
      build,
      executions: [
        execution(1, 'lost', 0, 60),
        { ...execution(2, 'lost', 90, 120), lostNodes: ['worker-2'] },
        execution(3, 'running', 200),
      ],
      stepsOf: attempt =>
        attempt === 2 ? undefined : onNode(`worker-${attempt}`),
      events: [],
    });
    expect(first).toMatchObject({ hasBegun: true });
    expect(second).toMatchObject({
      hasBegun: undefined,
      nodes: [],
      avoids: [],
      logStep: undefined,
    });
    expect(third).toMatchObject({ hasBegun: true, avoids: ['worker-2'] });
  });

  it('tells who cancelled which attempt, and which was given back on purpose', () => {
    const [first, second] = tellAttempts({
      build: aBuild({ attempt: 2, status: 'cancelled' }),
      executions: [
        execution(1, 'lost', 0, 60),
        execution(2, 'cancelled', 70, 90),
      ],
      stepsOf: () => undefined,
      events: [
        event('requeued', 60, { attempt: 1, handedBack: true }),
        event('cancel-requested', 85, {}, 'user:default/guest'),
      ],
    });
    expect(first).toMatchObject({ isHandedBack: true, cancelledBy: undefined });
    expect(second).toMatchObject({
      isHandedBack: false,
      cancelledBy: 'user:default/guest',
    });
  });
});
