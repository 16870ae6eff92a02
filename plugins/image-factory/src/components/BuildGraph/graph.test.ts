import { aStep } from '../../__testUtils__';
import { edgePath, layOutGraph } from './layOutGraph';
import { toTaskGraph } from './toTaskGraph';

/** Two platforms beside each other after one clone, then their index. */
const NATIVE = [
  aStep({ name: 'clone-repo', task: 'clone' }),
  aStep({ name: 'build-amd64', task: 'amd64', runAfter: ['clone'] }),
  aStep({ name: 'scan-amd64', task: 'amd64', runAfter: ['clone'] }),
  aStep({ name: 'build-arm64', task: 'arm64', runAfter: ['clone'] }),
  aStep({ name: 'push-image', task: 'index', runAfter: ['amd64', 'arm64'] }),
];

const layers = (...args: Parameters<typeof toTaskGraph>) =>
  toTaskGraph(...args).map(({ name, layer, after }) => [name, layer, after]);

describe('toTaskGraph', () => {
  it('puts tasks behind those that they come after', () => {
    expect(layers(NATIVE)).toEqual([
      ['clone', 0, []],
      ['amd64', 1, ['clone']],
      ['arm64', 1, ['clone']],
      ['index', 2, ['amd64', 'arm64']],
    ]);
  });

  it('makes one of steps that know no task', () => {
    const [task, ...others] = toTaskGraph([
      aStep({ name: 'clone-repo' }),
      aStep({ name: 'build-image' }),
    ]);
    expect(others).toEqual([]);
    expect(task.name).toBeUndefined();
    expect(task.steps.map(({ name }) => name)).toEqual([
      'clone-repo',
      'build-image',
    ]);
  });

  it('ends where tasks go round in a circle, or come after one that is not there', () => {
    expect(
      layers([
        aStep({ name: 'one', task: 'a', runAfter: ['b', 'gone'] }),
        aStep({ name: 'two', task: 'b', runAfter: ['a'] }),
      ]).map(([name, , after]) => [name, after]),
    ).toEqual([
      ['a', ['b']],
      ['b', ['a']],
    ]);
  });
});

describe('layOutGraph', () => {
  const taskBoxes = (room: number) =>
    layOutGraph(toTaskGraph(NATIVE), room).tasks.map(({ box }) => box);

  it('goes from left to right where there is room, tasks of a layer below each other', () => {
    const [clone, amd64, arm64, index] = taskBoxes(2_000);
    expect(amd64.x).toBeGreaterThan(clone.x + clone.width);
    expect(arm64.x).toBe(amd64.x);
    expect(arm64.y).toBeGreaterThanOrEqual(amd64.y + amd64.height);
    expect(index.x).toBeGreaterThan(amd64.x + amd64.width);
  });

  it('goes from top to bottom where there is not', () => {
    const [clone, amd64, arm64, index] = taskBoxes(500);
    expect(amd64.y).toBeGreaterThan(clone.y + clone.height);
    expect(arm64.y).toBe(amd64.y);
    expect(arm64.x).toBeGreaterThanOrEqual(amd64.x + amd64.width);
    expect(index.y).toBeGreaterThan(amd64.y + amd64.height);
  });

  it('holds all boxes, and steps within the box of their task', () => {
    for (const room of [0, 320, 800, 2_000]) {
      const { width, height, tasks } = layOutGraph(toTaskGraph(NATIVE), room);
      for (const { box, steps } of tasks) {
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        for (const step of steps) {
          expect(step.box.x + step.box.width).toBeLessThan(box.width);
          expect(step.box.y + step.box.height).toBeLessThan(box.height);
        }
      }
    }
  });

  it('puts the steps of a single task in a row', () => {
    const steps = ['a', 'b', 'c'].map(name => aStep({ name, task: 'build' }));
    const { tasks, edges } = layOutGraph(toTaskGraph(steps), 2_000);
    expect(new Set(tasks[0].steps.map(({ box }) => box.y)).size).toBe(1);
    expect(edges).toHaveLength(2);
    const narrow = layOutGraph(toTaskGraph(steps), 300);
    expect(narrow.width).toBeLessThan(300);
  });

  it('has an edge for each step that follows another in its task, and for each task that one comes after', () => {
    const { edges } = layOutGraph(toTaskGraph(NATIVE), 2_000);
    expect(edges).toHaveLength(5);
    expect(
      edgePath({
        from: { x: 0, y: 0 },
        to: { x: 10, y: 20 },
        direction: 'across',
      }),
    ).toBe('M 0 0 C 5 0, 5 20, 10 20');
  });
});
