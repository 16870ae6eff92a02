import {
  LogRange,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildStore, StepStore } from '../database';
import { LogHints } from './LogHints';
import { LogReader } from './LogReader';
import { readStepLog } from './readStepLog';

/** How soon what another replica has written is seen. */
const POLL_MS = 1_000;
/** What one follower holds in memory at a time. */
const RANGE_BYTES = 256 * 1024;

/** Reads the logs of steps as they grow. */
export class LogFollower {
  readonly #builds: BuildStore;
  readonly #steps: StepStore;
  readonly #reader: LogReader;
  readonly #hints: LogHints;

  static create(options: {
    builds: BuildStore;
    steps: StepStore;
    reader: LogReader;
    hints: LogHints;
  }): LogFollower {
    return new LogFollower(options);
  }

  private constructor(options: Parameters<typeof LogFollower.create>[0]) {
    this.#builds = options.builds;
    this.#steps = options.steps;
    this.#reader = options.reader;
    this.#hints = options.hints;
  }

  /**
   * The log of a step from `offset` on, range by range, each read only when the
   * one before is taken. Ends once the step is over and all is given, once it
   * is sure that the step will never come, or when the signal aborts.
   */
  async *follow(options: {
    buildId: string;
    attempt: number;
    step: string;
    offset: number;
    signal: AbortSignal;
  }): AsyncIterable<LogRange> {
    const { buildId, attempt, step: name, signal } = options;
    let { offset } = options;
    const watch = this.#hints.watch(buildId);
    try {
      while (!signal.aborted) {
        const step = await this.#steps.find(buildId, attempt, name);
        if (!step) {
          if (await this.#isPast(buildId, attempt)) return;
          await watch.next(POLL_MS, signal);
          continue;
        }
        const range = await readStepLog(this.#reader, step, {
          attempt,
          from: { offset },
          maxBytes: RANGE_BYTES,
        });
        const hasGrown = range.nextOffset > offset;
        if (hasGrown) {
          offset = range.nextOffset;
          yield range;
        }
        if (range.complete) return;
        if (!hasGrown) await watch.next(POLL_MS, signal);
      }
    } finally {
      watch.close();
    }
  }

  /** Whether an attempt will bring no more steps. */
  async #isPast(buildId: string, attempt: number): Promise<boolean> {
    const build = await this.#builds.get(buildId);
    return !build || build.attempt > attempt || isTerminal(build.status);
  }
}
