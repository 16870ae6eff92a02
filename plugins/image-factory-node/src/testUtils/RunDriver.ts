import {
  ExecutionSpec,
  Executor,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { CollectedRun } from './CollectedRun';
import { ExecutorFixture, RunBehaviour } from './ExecutorFixture';

/** Starts one run of an executor and reads it, for the cases of the conformance suite. */
export class RunDriver {
  readonly spec: ExecutionSpec;
  readonly run: RunReference;
  readonly #executor: Executor;

  static async start(
    fixture: ExecutorFixture,
    behaviour: RunBehaviour,
  ): Promise<RunDriver> {
    const spec = await fixture.spec(behaviour);
    const { signal } = new AbortController();
    const run = await fixture.executor.start(spec, signal);
    return new RunDriver(fixture.executor, spec, run);
  }

  private constructor(
    executor: Executor,
    spec: ExecutionSpec,
    run: RunReference,
  ) {
    this.#executor = executor;
    this.spec = spec;
    this.run = run;
  }

  /** Reads to the end, and calls `at` once, at the first moment that `when` holds. */
  async collect(
    options: {
      into?: CollectedRun;
      from?: string;
      when?: (collected: CollectedRun) => boolean;
      at?: () => Promise<unknown>;
      signal?: AbortSignal;
    } = {},
  ): Promise<CollectedRun> {
    const {
      into = new CollectedRun(),
      from,
      when,
      at,
      signal = new AbortController().signal,
    } = options;
    let called: Promise<unknown> | undefined;
    for await (const update of this.#executor.collect(this.run, from, signal)) {
      into.add(update);
      if (!called && when?.(into)) {
        called = at?.() ?? Promise.resolve();
      }
    }
    await called;
    return into;
  }

  /** Reads until `when` holds, and then goes away. */
  async collectUntil(
    when: (collected: CollectedRun) => boolean,
  ): Promise<CollectedRun> {
    const leave = new AbortController();
    return this.collect({
      when,
      at: async () => leave.abort(),
      signal: leave.signal,
    });
  }
}

/** Whether a step runs by what was told so far. */
export function isRunning(step: string): (collected: CollectedRun) => boolean {
  return collected =>
    collected.steps.some(
      ({ name, status }) => name === step && status === 'running',
    );
}
