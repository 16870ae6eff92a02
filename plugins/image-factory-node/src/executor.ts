import {
  ExecutorMethod,
  Tool,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildConfig } from './buildConfig';
import { Cursor, ExecutionUpdate } from './executionUpdate';

/**
 * All that an executor needs to run one attempt of a build.
 *
 * @public
 */
export type ExecutionSpec = {
  /** Names the run out there; made of method, build and attempt, so that starting twice gives one run. */
  name: string;
  executionId: string;
  buildId: string;
  attempt: number;
  config: BuildConfig;
  /** The number of the build among those of its entity. */
  buildNumber: number;
  /** The entity reference of who has asked for the build. */
  requestedBy: string;
  /** It was started before, maybe by another process: the run is found again, and not made anew. */
  resumed?: boolean;
  /** The nodes that earlier attempts were lost with: this one is to run elsewhere. */
  avoidNodes?: string[];
};

/**
 * Finds a run again.
 *
 * @public
 */
export type RunReference = {
  name: string;
  /** Where it is, if names are only unique within something. */
  namespace?: string;
};

/**
 * How to end a run.
 *
 * @public
 */
export type CancelMode = 'cancel' | 'timeout' | 'shutdown';

/**
 * What became of a request to cancel.
 *
 * @public
 */
export type CancelResult = 'requested' | 'already-over' | 'gone';

/**
 * What an executor says of itself.
 *
 * @public
 */
export type ExecutorStatus = {
  title: string;
  /** Such as `local`. */
  type: string;
  health: 'healthy' | 'degraded' | 'unavailable';
  /** What is wrong, and what to do about it. */
  message?: string;
  hint?: string;
  /** How many executions it takes at once. */
  maxRunning: number;
  /** Whether `maxRunning` is for each process of the portal, as where runs are its children, or for all of them together (the default). */
  capacityScope?: 'process' | 'portal';
  tools: Tool[];
  methods: ExecutorMethod[];
  /** The tenants that it has a place for; undefined where it has one for any. */
  tenants?: string[];
  /** When this was found out: ISO 8601. */
  checkedAt: string;
};

/**
 * Runs executions. `start` twice with one spec gives one run.
 *
 * @public
 */
export interface Executor {
  id: string;
  /**
   * Whether runs go on without the process that has started them, as those of a
   * cluster do: then whoever takes the lease of one over collects it on, from the
   * last cursor, and a process that stops or has lost its lease leaves the run be.
   * Where it is not so, a run ends with its process and is tried again.
   */
  isDetached?: boolean;
  /** Tools, capacity, health; what is missing and how to get it. Answers within seconds, from a cache where asking is slow. */
  describe(): Promise<ExecutorStatus>;
  /** Creates the run or adopts the one of that name. */
  start(spec: ExecutionSpec, signal: AbortSignal): Promise<RunReference>;
  /** The updates of a run from a cursor on, until its outcome. */
  collect(
    run: RunReference,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate>;
  cancel(run: RunReference, mode: CancelMode): Promise<CancelResult>;
  /** Removes what processes of this instance that are gone have left behind: their processes and workspaces. Called before the first start, and again whenever another replica was lost, so that what it ran does not run on beside the next attempt. */
  recover(): Promise<void>;
  /** Ends all runs of this process and waits until they are gone. An operator may have told the executor to let them finish for a while first. */
  stop(): Promise<void>;
}
