import {
  ExecutionSpec,
  Executor,
} from '@image-factory/backstage-plugin-image-factory-node';

/**
 * What a run of a conformance test is to do. Every step that is not named here
 * just completes.
 *
 * @public
 */
export type RunBehaviour = {
  /** A step that goes on until its run is ended. */
  waitsIn?: string;
  /** A step that fails. */
  failsIn?: string;
  /** A step that prints the lines `line 1` to `line <lines>`; where it is also the one that waits, it prints them first. */
  prints?: { step: string; lines: number };
  /** The run's time limit; long enough for everything unless told otherwise. */
  timeoutSeconds?: number;
};

/**
 * An executor under test, with a way to have it run what a test needs.
 *
 * @public
 */
export interface ExecutorFixture {
  executor: Executor;
  /** The names of the steps of its runs, in their order; the same for every {@link RunBehaviour}. */
  steps: string[];
  /** Steps that can be made to print, to fail and to wait; all of `steps` unless told otherwise. */
  scriptable?: string[];
  /** A time limit within which a run surely reaches its last step; 2 unless told otherwise. */
  timeLimitSeconds?: number;
  /**
   * What becomes of a run whose collector goes away: it `ends`, as where it is
   * made of child processes, or goes `on`, and another may collect it from the
   * last cursor.
   */
  withoutCollector: 'ends' | 'on';
  /** A spec of a name of its own each time. */
  spec(behaviour: RunBehaviour): Promise<ExecutionSpec>;
  /** Resolves where nothing of the run of that name is left but its records; rejects where something is. */
  assertNothingLeft(name: string): Promise<void>;
  /** Ends what the fixture has set up. */
  dispose(): Promise<void>;
}
