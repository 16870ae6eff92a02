import { TaskRunState, isDone } from './tektonObjects';

/**
 * Knows of the tasks of a run which has waited too long for its first step: one
 * may wait for a node for ever while others run. A pod that is made anew waits
 * again, and that is another matter.
 */
export class WaitingTasks {
  /** The TaskRuns that were seen to run a step. */
  readonly #begun = new Set<string>();
  readonly #limitMs: number;

  constructor(options: { limitMs: number }) {
    this.#limitMs = options.limitMs;
  }

  /**
   * @param forMs - what counts as too long, where that is not the limit
   * @returns the one that waits for too long; undefined where none does
   */
  find(
    taskRuns: TaskRunState[],
    now: Date,
    forMs = this.#limitMs,
  ): TaskRunState | undefined {
    for (const { name, steps } of taskRuns) {
      if (steps.some(({ running, terminated }) => running ?? terminated)) {
        this.#begun.add(name);
      }
    }
    return taskRuns.find(
      each =>
        !isDone(each) &&
        !this.#begun.has(each.name) &&
        each.createdAt !== undefined &&
        now.getTime() - Date.parse(each.createdAt) > forMs,
    );
  }
}
