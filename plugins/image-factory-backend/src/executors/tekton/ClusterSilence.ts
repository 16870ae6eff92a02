import { Outcome } from '@image-factory/backstage-plugin-image-factory-node';

/** On top of what a build may take: by then Tekton has ended its run itself, with what comes at its end. */
const MARGIN_MS = 15 * 60_000;
/** What somebody wants cancelled is not waited for as long: its run is ended once the cluster is back. */
const CANCELLED_AFTER_MS = 60_000;

/**
 * Gives a run up whose cluster tells nothing of it for longer than it may take. It
 * would else hold a place of its tenant for as long as the cluster is away, since
 * nobody can end it there.
 */
export class ClusterSilence {
  readonly #options: {
    cluster: string;
    /** How long a build may wait and run. */
    longestMs: number;
    /** Milliseconds of a clock that nobody can set. */
    steady(): number;
  };
  #since: number | undefined;

  constructor(options: {
    cluster: string;
    longestMs: number;
    steady(): number;
  }) {
    this.#options = options;
  }

  /** To be called at each look. @returns what becomes of the build where it is given up */
  outcome(now: {
    /** Whether the cluster tells what becomes of runs. */
    isHeard: boolean;
    isCancelWanted: boolean;
  }): Outcome | undefined {
    const { cluster, longestMs, steady } = this.#options;
    if (now.isHeard) {
      this.#since = undefined;
      return undefined;
    }
    this.#since ??= steady();
    const silentMs = steady() - this.#since;
    if (now.isCancelWanted && silentMs > CANCELLED_AFTER_MS) {
      return { status: 'cancelled' };
    }
    if (silentMs <= longestMs + MARGIN_MS) return undefined;
    const minutes = Math.floor(silentMs / 60_000);
    return {
      status: 'lost',
      message: `The cluster ${cluster} has told nothing of the build for ${minutes} minutes, longer than it may take: what became of it nobody can tell. A portal admin finds on the page of the executors what is wrong with the cluster.`,
    };
  }
}
