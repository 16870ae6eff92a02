import assert from 'node:assert/strict';
import {
  Cursor,
  ExecutionSpec,
  Executor,
  Outcome,
  RunReference,
} from '../../../plugins/image-factory-node/src';
import { CollectedRun } from '../../../plugins/image-factory-node/src/testUtils';

const WITHIN_MS = 90_000;

/** A run that is collected while a test does something to the cluster. */
export class FollowedRun {
  readonly spec: ExecutionSpec;
  readonly collected: CollectedRun;
  readonly run: RunReference;
  readonly #leave = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #done: Promise<void>;

  /** Starts a build, or takes it over where `from` tells from where. */
  static async start(
    executor: Executor,
    spec: ExecutionSpec,
    takeOver?: { into: CollectedRun; from: Cursor | undefined },
  ): Promise<FollowedRun> {
    const { signal } = new AbortController();
    const run = await executor.start(
      { ...spec, resumed: takeOver !== undefined },
      signal,
    );
    return new FollowedRun(executor, spec, run, takeOver);
  }

  private constructor(
    executor: Executor,
    spec: ExecutionSpec,
    run: RunReference,
    takeOver: { into: CollectedRun; from: Cursor | undefined } | undefined,
  ) {
    this.spec = spec;
    this.run = run;
    this.collected = takeOver?.into ?? new CollectedRun();
    this.#done = this.#collect(executor, takeOver?.from);
    // Whoever waits for the end is told of it.
    this.#done.catch(() => undefined);
  }

  /** Resolves once it holds for what was collected; rejects where the run ends before. */
  async until(
    what: string,
    holds: (collected: CollectedRun) => boolean,
    withinMs = WITHIN_MS,
  ): Promise<void> {
    let stop: () => void = () => undefined;
    const held = new Promise<boolean>(resolve => {
      const look = () => holds(this.collected) && resolve(true);
      const timer = setTimeout(() => resolve(false), withinMs);
      this.#listeners.add(look);
      stop = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      look();
    });
    const ended = this.#done.then(() => holds(this.collected));
    try {
      assert.ok(
        await Promise.race([held, ended]),
        `the run never came to: ${what}; ${JSON.stringify(
          this.collected.updates.filter(({ type }) => type !== 'log').slice(-5),
        )}`,
      );
    } finally {
      stop();
    }
  }

  /** Until a step has printed a text so many times. */
  async untilPrinted(step: string, text: string, times = 1): Promise<void> {
    await this.until(
      `${step} prints "${text}"`,
      collected => collected.log(step).split(text).length > times,
    );
  }

  /** Reads to the end, which comes once and last. */
  async outcome(): Promise<Outcome> {
    await this.#done;
    const { updates, outcome } = this.collected;
    assert.equal(updates.filter(({ type }) => type === 'outcome').length, 1);
    assert.ok(outcome, 'something came after the outcome');
    return outcome;
  }

  /** Goes away without a word, as a process that is killed. */
  async leave(): Promise<void> {
    this.#leave.abort();
    await this.#done;
  }

  async #collect(executor: Executor, from: Cursor | undefined): Promise<void> {
    const { signal } = this.#leave;
    for await (const update of executor.collect(this.run, from, signal)) {
      this.collected.add(update);
      this.#listeners.forEach(look => look());
    }
  }
}
