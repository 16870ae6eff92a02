import { Throttling } from '@image-factory/backstage-plugin-image-factory-common';
import { ServerAnswer } from '../../clusters';

/** A page of a list takes well below a second; what takes so long waits for something. */
const SLOW_MS = 3_000;
/** The limit sinks and rises once in so long: what comes of a change has to be seen first. */
const STEP_MS = 10_000;
/** By how much of what is configured it rises. */
const RISE = 0.2;

/**
 * How many builds a cluster takes at once. Half as many as before while its API
 * server is slow, overloaded or silent; then step by step as many as configured
 * again, so that a server that has just come back is not run over.
 */
export class StartThrottle {
  readonly #configured: number;
  readonly #now: () => Date;
  readonly #steady: () => number;
  #limit: number;
  #changedAt = Number.NEGATIVE_INFINITY;
  #troubleAt = Number.NEGATIVE_INFINITY;
  #throttling: { since: string; message: string } | undefined;

  constructor(options: {
    /** How many at most. */
    maxRunning: number;
    now: () => Date;
    steady: () => number;
  }) {
    this.#configured = options.maxRunning;
    this.#limit = options.maxRunning;
    this.#now = options.now;
    this.#steady = options.steady;
  }

  get maxRunning(): number {
    return this.#limit;
  }

  /** Of what is configured, above 0. */
  get share(): number {
    return this.#limit / this.#configured;
  }

  /** Undefined where the cluster takes all that is configured. */
  get throttling(): Throttling | undefined {
    return (
      this.#throttling && { maxRunning: this.#configured, ...this.#throttling }
    );
  }

  /** To be told of each answer of the API server. */
  hear(answer: ServerAnswer): void {
    const at = this.#steady();
    const trouble = findTrouble(answer);
    if (trouble) {
      this.#troubleAt = at;
      this.#sink(at, trouble);
    } else if (at - this.#troubleAt >= STEP_MS) {
      this.#rise(at);
    }
  }

  #sink(at: number, message: string): void {
    const since = this.#throttling?.since ?? this.#now().toISOString();
    this.#throttling = { since, message };
    if (at - this.#changedAt < STEP_MS) return;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#changedAt = at;
  }

  #rise(at: number): void {
    if (!this.#throttling || at - this.#changedAt < STEP_MS) return;
    const step = Math.max(1, Math.round(this.#configured * RISE));
    this.#limit = Math.min(this.#configured, this.#limit + step);
    this.#changedAt = at;
    if (this.#limit === this.#configured) this.#throttling = undefined;
  }
}

/** What is wrong with the cluster, if anything: an answer that refuses is a good one. */
function findTrouble({
  status,
  milliseconds,
}: ServerAnswer): string | undefined {
  if (status === undefined) return 'Its API server gave no answer.';
  if (status === 429) return 'Its API server had more requests than it takes.';
  if (status >= 500) {
    return `Its API server, or what checks new objects for it, answered with an error (HTTP ${status}).`;
  }
  if (milliseconds >= SLOW_MS) {
    return `Its API server took more than ${SLOW_MS / 1000} s to answer.`;
  }
  return undefined;
}
