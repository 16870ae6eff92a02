import {
  NewMetric,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { NamespaceUsage } from './NamespaceUsage';
import { TaskRunState } from './tektonObjects';

type Peak = { memoryBytes: number; cpuCores: number };

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
      // All containers of a pod are there from its start; those that wait take next to nothing.
      if (step.status === 'running') this.#see(step, seen.taskRuns);
    }
    return [...this.#peaks].flatMap(([step, { memoryBytes, cpuCores }]) => [
      peak(step, 'peak-memory', memoryBytes, 'bytes'),
      peak(step, 'peak-cpu', cpuCores, 'cores'),
    ]);
  }

  #see({ name, task, pod }: StepSnapshot, taskRuns: TaskRunState[]): void {
    const container = taskRuns
      .find(each => each.task === task)
      ?.steps.find(step => step.name === name)?.container;
    if (pod === undefined || container === undefined) return;
    const now = this.#usage
      .of(pod)
      .find(usage => usage.container === container);
    if (!now) return;
    const before = this.#peaks.get(name) ?? { memoryBytes: 0, cpuCores: 0 };
    this.#peaks.set(name, {
      memoryBytes: Math.max(before.memoryBytes, now.memoryBytes),
      cpuCores: Math.max(before.cpuCores, now.cpuCores),
    });
  }
}

function peak(
  step: string,
  name: string,
  value: number,
  unit: NewMetric['unit'],
): NewMetric {
  return { step, name, value, unit, keep: 'largest' };
}
