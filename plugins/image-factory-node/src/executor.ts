import {
  ExecutorMethod,
  ExecutorReadiness,
  Throttling,
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
  /** It may have been started before, by this or another process: a run that is there is found again. Where {@link ExecutionSpec.run} is absent, nobody knows whether it is, and one that is not is made. */
  resumed?: boolean;
  /** What an earlier start of it has given, where it came to an end: the run is found there, whatever is configured now, and is never made anew. */
  run?: RunReference;
  /** The nodes that earlier attempts were lost with: this one had better run elsewhere. */
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
 * A run that an executor has found out there, whether or not anybody collects it.
 *
 * @public
 */
export type ObservedRun = RunReference & {
  buildId: string;
  executionId: string;
  /** Whether it has ended out there. */
  isOver: boolean;
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
 * Why the builds of a tenant cannot run on an executor now, as far as that is
 * known before they are started.
 *
 * @public
 */
export type BlockedTenant = {
  tenant: string;
  /** The build methods that this is about; all of them where it is absent. */
  methods?: string[];
  /** What is wrong, and what to do about it: whoever waits for it is told. */
  message: string;
  hint: string;
};

/**
 * Why an executor has no place for builds, and what to do about it, in words for
 * whoever waits.
 *
 * @public
 */
export type NoPlace = { message: string; hint: string };

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
  /** How many executions it takes at once now. */
  maxRunning: number;
  /** Why it takes fewer now than it is configured for. */
  throttled?: Throttling;
  /** Whether `maxRunning` is for each process of the portal, as where runs are its children, or for all of them together (the default). */
  capacityScope?: 'process' | 'portal';
  tools: Tool[];
  methods: ExecutorMethod[];
  /** The tenants that it has a place for, where they can be listed; undefined where it has one for any, or {@link Executor.whyNoPlace} tells. */
  tenants?: string[];
  /** Tenants whose builds wait until something is mended, rather than fail. */
  blocked?: BlockedTenant[];
  /** When this was found out: ISO 8601. */
  checkedAt: string;
};

/**
 * A build as it would be submitted, to be gone through without running it.
 *
 * @public
 */
export type PreflightRequest = {
  config: BuildConfig;
  /** The entity reference of who would ask for the build. */
  requestedBy: string;
};

/**
 * What an executor has found out about a build without running it.
 *
 * @public
 */
export type Preflight = {
  /** Why the build would not run as things are, each a sentence with the cause and the next step. */
  problems: string[];
  /** What it would ask of its node for all the time that it runs, where that is known. */
  requests?: { cpuCores?: number; memoryBytes?: number };
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
  /**
   * Why it has no place for the builds of a tenant by a method, however idle it
   * is; undefined where it has one. Such builds go elsewhere, or wait with these
   * words. Asked while builds are claimed: it answers at once, from what
   * {@link Executor.describe} has found out. Absent where it has a place for all
   * that its status names.
   */
  whyNoPlace?(build: { tenant: string; method: string }): NoPlace | undefined;
  /** What builds need where they run, and what of it is missing. Absent where there is nothing to look at. From a cache unless it is asked to look again. */
  readiness?(options: { refresh: boolean }): Promise<ExecutorReadiness>;
  /** Goes through a build as far as that is possible without running it: nothing is left of it. Absent where there is nothing to find out. */
  preflight?(
    request: PreflightRequest,
    signal: AbortSignal,
  ): Promise<Preflight>;
  /** Creates the run or adopts the one of that name. */
  start(spec: ExecutionSpec, signal: AbortSignal): Promise<RunReference>;
  /**
   * The updates of a run from a cursor on, until its outcome. Its reader asks for
   * more behind the outcome once that is stored, and leaves without asking where
   * it is not: what a run has left out there may be removed then, and not before.
   */
  collect(
    run: RunReference,
    from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate>;
  cancel(run: RunReference, mode: CancelMode): Promise<CancelResult>;
  /** The runs of this instance out there that nobody has collected to the end yet: what is known of builds is compared with them now and then. Absent where no run outlives its process. */
  list?(signal: AbortSignal): AsyncIterable<ObservedRun>;
  /** Ends a run whose execution is over; one that has ended it removes. Only where there is {@link Executor.list}. */
  discard?(run: ObservedRun, signal: AbortSignal): Promise<void>;
  /** Removes what processes of this instance that are gone have left behind: their processes and workspaces. Called before the first start, and again whenever another replica was lost, so that what it ran does not run on beside the next attempt. */
  recover(): Promise<void>;
  /** Ends all runs of this process and waits until they are gone. An operator may have told the executor to let them finish for a while first. */
  stop(): Promise<void>;
}
