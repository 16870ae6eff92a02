import { FakeImageFactoryApi } from './FakeImageFactoryApi';
import { aBuild, aCluster, aStep, anExecution } from './examples';

const at = (seconds: number) =>
  new Date(
    Date.parse('2026-01-02T03:04:00.000Z') + seconds * 1000,
  ).toISOString();

/** A build on a cluster that failed in its first attempt and completed in its second. */
export function retriedBuild() {
  const api = new FakeImageFactoryApi();
  api.executors = [aCluster()];
  const place = { pod: 'docker-1-pod', task: 'build', runAfter: [] };
  api.builds = [
    aBuild({
      number: 7,
      status: 'completed',
      attempt: 2,
      executor: 'eu-1',
      createdAt: at(0),
      queuedAt: at(3_600),
      startedAt: at(3_602),
      finishedAt: at(3_650),
    }),
  ];
  api.executions = [
    anExecution({
      attempt: 1,
      executor: 'eu-1',
      status: 'failed',
      startedAt: at(8),
      finishedAt: at(60),
      failure: {
        class: 'user',
        message: 'npm ci failed.',
        step: 'build-image',
        evidenceLine: 2,
      },
    }),
    anExecution({
      attempt: 2,
      executor: 'eu-1',
      status: 'completed',
      startedAt: at(3_602),
      finishedAt: at(3_650),
    }),
  ];
  api.stepsOfAttempt = {
    1: [
      aStep({
        name: 'build-image',
        status: 'failed',
        startedAt: at(20),
        finishedAt: at(59),
        node: 'worker-1',
        logLines: 2,
        ...place,
      }),
      aStep({ name: 'push-image', status: 'skipped', ...place }),
    ],
    2: [
      aStep({
        name: 'build-image',
        status: 'completed',
        startedAt: at(3_612),
        finishedAt: at(3_640),
        node: 'worker-2',
        ...place,
      }),
      aStep({
        name: 'push-image',
        status: 'completed',
        startedAt: at(3_640),
        finishedAt: at(3_649),
        node: 'worker-2',
        ...place,
      }),
    ],
  };
  api.events = [
    ['submitted', 0],
    ['failed', 60],
    ['retried', 3_600],
  ].map(([type, seconds], index) => ({
    sequence: index + 1,
    type: String(type),
    at: at(Number(seconds)),
    actor: 'user:default/guest',
    data: {},
  }));
  api.logs = { 'build-image': 'one\ntwo\n' };
  return api;
}
