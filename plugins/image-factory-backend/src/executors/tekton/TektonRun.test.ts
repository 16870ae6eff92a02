import {
  ClusterEventSnapshot,
  ExecutionUpdate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ObjectGroups } from '../../clusters';
import { dockerMethod } from '../../methods';
import { someConfig } from '../../__testUtils__/databases';
import { NamespaceView } from './TektonCluster';
import { PipelineRunState, PodState, TaskRunState } from './tektonObjects';
import { TektonRun } from './TektonRun';
import {
  pipelineRun,
  pod,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

const RUN = 'docker-1';
const POD = { kind: 'Pod', name: 'docker-1-build-pod' };

function event(change: Partial<ClusterEventSnapshot> = {}) {
  return {
    key: 'event-1',
    type: 'Warning' as const,
    object: POD,
    reason: 'FailedMount',
    message: 'secret "npm" not found',
    count: 1,
    firstSeenAt: '2026-11-01T10:00:09.000Z',
    lastSeenAt: '2026-11-01T10:00:09.000Z',
    ...change,
  };
}

/** What is in the cluster, as a watch of one kind of objects has it. */
class Objects<T extends { name: string }> {
  readonly isSynced = true;
  readonly problem = undefined;
  readonly #objects = new ObjectGroups<T>();

  put(object: T) {
    this.#objects.set(object.name, object, RUN);
  }

  remove(name: string) {
    this.#objects.delete(name);
  }

  get(name: string) {
    return this.#objects.get(name);
  }

  inGroup(group: string) {
    return this.#objects.inGroup(group);
  }

  onGroupChange(group: string, listener: () => void) {
    return this.#objects.onChange(group, listener);
  }
}

/** A run that has a pod, which is about to start. */
function started(events: {
  about: (objects: { kind: string; name: string }[]) => ClusterEventSnapshot[];
  isSeen: boolean;
  problem: string | undefined;
}) {
  const pipelineRuns = new Objects<PipelineRunState>();
  const taskRuns = new Objects<TaskRunState>();
  const pods = new Objects<PodState>();
  pipelineRuns.put(pipelineRun({ taskRuns: [taskRun().name] }));
  taskRuns.put(taskRun());
  pods.put(
    pod({
      containers: [
        {
          name: 'step-clone-repo',
          state: { waiting: { reason: 'PodInitializing' } },
        },
      ],
    }),
  );
  const collected = new TektonRun({
    client: { delete: async () => undefined } as never,
    view: { pipelineRuns, taskRuns, pods } as unknown as NamespaceView,
    events,
    usage: { of: () => [] },
    settings: { pendingTimeoutSeconds: 1e9 } as never,
    run: { name: RUN, namespace: 'builds-a' },
    spec: {
      name: RUN,
      executionId: 'execution-1',
      buildId: 'build-1',
      attempt: 1,
      buildNumber: 1,
      requestedBy: 'user:default/guest',
      config: someConfig(),
    },
    method: dockerMethod,
    from: undefined,
    keepManifest: async () => undefined,
    markCollected: async () => undefined,
    conclude: async () => [],
    collectReports: async () => ({ updates: [], scan: undefined }),
    endedBy: () => undefined,
    isCancelWanted: () => false,
    end: async () => undefined,
    now: () => new Date('2026-11-01T10:00:10Z'),
    steady: () => performance.now(),
    signal: new AbortController().signal,
  });
  return {
    pods,
    updates: collected.updates()[Symbol.asyncIterator](),
    /** As Tekton ends it where the pod never comes up. */
    fail() {
      const over = { succeeded: succeeded('False', 'TaskRunTimeout') };
      taskRuns.put(taskRun(over));
      pipelineRuns.put(pipelineRun({ taskRuns: [taskRun().name], ...over }));
    },
  };
}

type Updates = AsyncIterator<ExecutionUpdate>;

/** The next update of this type that is told. */
async function next(
  updates: Updates,
  type: ExecutionUpdate['type'],
): Promise<ExecutionUpdate> {
  for (;;) {
    const { value, done } = await updates.next();
    if (done) throw new Error(`There was no update of the type ${type}`);
    if (value.type === type) return value;
  }
}

async function rest(updates: Updates): Promise<ExecutionUpdate[]> {
  const all: ExecutionUpdate[] = [];
  for (;;) {
    const { value, done } = await updates.next();
    if (done) return all;
    all.push(value);
  }
}

describe('TektonRun, of the events of the cluster', () => {
  it('tells each as it changes and once, and what they say of why the build is pending', async () => {
    const told = [event()];
    const asked: string[][] = [];
    const run = started({
      isSeen: true,
      problem: undefined,
      about: objects => {
        asked.push(objects.map(({ name }) => name));
        return told;
      },
    });
    expect(await next(run.updates, 'phase')).toEqual({
      type: 'phase',
      phase: 'pending',
      reason: 'FailedMount',
      message: 'secret "npm" not found',
    });
    expect(await next(run.updates, 'cluster-events')).toEqual({
      type: 'cluster-events',
    });
    expect(await next(run.updates, 'cluster-event')).toEqual({
      type: 'cluster-event',
      event: event(),
    });
    expect(asked[0]).toEqual([RUN, 'docker-1-build', POD.name]);

    told[0] = event({ count: 5 });
    // Of a pod that is gone it is still told.
    run.pods.remove(POD.name);
    expect(await next(run.updates, 'cluster-event')).toMatchObject({
      event: { count: 5 },
    });
    expect(asked.at(-1)).toContain(POD.name);

    told.push(event({ key: 'event-2', reason: 'Failed' }));
    run.fail();
    const last = await rest(run.updates);
    expect(last.filter(({ type }) => type.startsWith('cluster'))).toEqual([
      {
        type: 'cluster-event',
        event: event({ key: 'event-2', reason: 'Failed' }),
      },
    ]);
    expect(last.at(-1)).toMatchObject({ type: 'outcome' });
  });

  it('goes on where they may not be read, and tells that, until they may', async () => {
    const events = {
      isSeen: false,
      problem: 'The portal may not read them.' as string | undefined,
      about: () => [],
    };
    const run = started(events);
    expect(await next(run.updates, 'cluster-events')).toEqual({
      type: 'cluster-events',
      problem: 'The portal may not read them.',
    });
    events.problem = undefined;
    events.isSeen = true;
    expect(await next(run.updates, 'cluster-events')).toEqual({
      type: 'cluster-events',
    });
    run.fail();
    expect((await rest(run.updates)).at(-1)).toMatchObject({
      type: 'outcome',
      outcome: { status: 'failed' },
    });
  });
});
