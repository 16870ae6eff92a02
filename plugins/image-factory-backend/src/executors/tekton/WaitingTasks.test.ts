import { WaitingTasks } from './WaitingTasks';
import { runningStep, succeeded, taskRun } from './__testUtils__/runStates';

const CREATED = '2026-11-01T10:00:00Z';
const after = (seconds: number) =>
  new Date(Date.parse(CREATED) + seconds * 1000);

const running = taskRun({
  name: 'amd64',
  createdAt: CREATED,
  steps: [runningStep('build-image')],
});
const waiting = taskRun({ name: 'arm64', createdAt: CREATED });

describe('WaitingTasks', () => {
  it('finds the task that has no step after so long, while others run', () => {
    const tasks = new WaitingTasks({ limitMs: 60_000 });
    expect(tasks.find([running, waiting], after(60))).toBeUndefined();
    expect(tasks.find([running, waiting], after(61))).toBe(waiting);
  });

  it('counts for each from when it was made itself', () => {
    const later = { ...waiting, createdAt: after(50).toISOString() };
    const tasks = new WaitingTasks({ limitMs: 60_000 });
    expect(tasks.find([running, later], after(100))).toBeUndefined();
    expect(tasks.find([running, later], after(111))).toBe(later);
  });

  it('leaves one alone whose pod is made anew, and one that is over', () => {
    const tasks = new WaitingTasks({ limitMs: 60_000 });
    tasks.find([running], after(10));
    expect(tasks.find([{ ...running, steps: [] }], after(100))).toBeUndefined();
    const over = { ...waiting, succeeded: succeeded('False', 'Failed') };
    expect(tasks.find([over], after(100))).toBeUndefined();
  });
});
