import {
  NewMetric,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { NamespaceUsage } from './NamespaceUsage';
import { TaskRunState } from './tektonObjects';

type Peak = { memoryBytes?: number; cpuCores?: number };

/**
 * The most that each step of a run was seen to take of memory and CPU. What came
 * and went between two looks is not in it, and a short step is not seen at all.
 */
export class StepPeaks {
  readonly #usage: Pick<NamespaceUsage, 'of'>;
  readonly #peaks = new Map<string, Peak>();

  constructor(usage: Pick<NamespaceUsage, 'of'>) {
    this.#usage = usage;
  }

  /** Of the steps that have been seen to take something so far. */
  measure(seen: {
    taskRuns: TaskRunState[];
    steps: StepSnapshot[];
  }): NewMetric[] {
    for (const step of seen.steps) {
      if (step.status === 'running') this.#see(step, seen.taskRuns);
    }
    return [...this.#peaks].flatMap(([step, { memoryBytes, cpuCores }]) => [
      ...peak(step, 'peak-memory', memoryBytes, 'bytes'),
      ...peak(step, 'peak-cpu', cpuCores, 'cores'),
    ]);
  }

  #see(step: StepSnapshot, taskRuns: TaskRunState[]): void {
    const { name, task, pod, startedAt = '' } = step;
    const container = taskRuns
      .find(each => each.task === task)
      ?.steps.find(each => each.name === name)?.container;
    if (pod === undefined || container === undefined) return;
    const now = this.#usage
      .of(pod)
      .find(usage => usage.container === container);
    if (!now) return;
    // Its container was there before it, and waited: what was measured then is not of the step.
    const began = Date.parse(startedAt);
    const peaks = this.#peaks.get(name) ?? {};
    if (now.at >= began) {
      peaks.memoryBytes = Math.max(peaks.memoryBytes ?? 0, now.memoryBytes);
    }
    if (now.since >= began) {
      peaks.cpuCores = Math.max(peaks.cpuCores ?? 0, now.cpuCores);
    }
    this.#peaks.set(name, peaks);
  }
}

function peak(
  step: string,
  name: string,
  value: number | undefined,
  unit: NewMetric['unit'],
): NewMetric[] {
  return value === undefined
    ? []
    : [{ step, name, value, unit, keep: 'largest' }];
}
