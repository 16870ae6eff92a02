import { NamespaceView } from './TektonCluster';
import { RunChanges } from './RunChanges';
import { ObjectGroups } from '../../clusters';

const LONG_MS = 60_000;

describe('RunChanges', () => {
  const groups = [0, 1, 2].map(() => new ObjectGroups<number>());
  const [pipelineRuns, taskRuns, pods] = groups.map(group => ({
    onGroupChange: (run: string, listener: () => void) =>
      group.onChange(run, listener),
  }));
  const view = { pipelineRuns, taskRuns, pods } as unknown as NamespaceView;
  const { signal } = new AbortController();
  let changes: RunChanges;

  beforeEach(() => {
    changes = RunChanges.watch(view, 'run');
  });

  afterEach(() => changes.stop());

  it.each([0, 1, 2])('tells of a change of each kind: %s', async kind => {
    const next = changes.next(LONG_MS, signal);
    groups[kind].set('object', 1, 'run');
    await expect(next).resolves.toBeUndefined();
  });

  it('tells of a change that came while nobody waited, once', async () => {
    groups[0].set('object', 2, 'run');
    groups[1].set('object', 2, 'run');
    await changes.next(LONG_MS, signal);
    const began = performance.now();
    await changes.next(50, signal);
    expect(performance.now() - began).toBeGreaterThan(40);
  });

  it('hears nothing of other runs, and tells after a while all the same', async () => {
    const began = performance.now();
    const next = changes.next(50, signal);
    groups[2].set('another', 1, 'another');
    await next;
    expect(performance.now() - began).toBeGreaterThan(40);
  });

  it('rejects as soon as nobody waits any more', async () => {
    const abort = new AbortController();
    const next = changes.next(LONG_MS, abort.signal);
    abort.abort(new Error('gone'));
    await expect(next).rejects.toThrow('gone');
    await expect(changes.next(LONG_MS, abort.signal)).rejects.toThrow('gone');
  });
});
