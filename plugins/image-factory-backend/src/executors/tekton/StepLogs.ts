import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesClient } from '../../clusters';
import { LogTail, UpdateChannel } from '../reporting';
import { followContainerLog } from './followContainerLog';
import { RunCursor, StepCursor, encodeCursor } from './runCursor';

const GAP = Buffer.from(
  '[image-factory] Lines before this one are lost: the node had dropped them before they could be read.\n',
);
const NEW_POD = Buffer.from(
  '[image-factory] The pod was lost, and the step begins again in a new one.\n',
);
const NOT_READ = Buffer.from(
  '[image-factory] The rest of this log could not be read.\n',
);
/** Where the log of a step is. */
export type StepContainer = {
  step: string;
  pod: string;
  podUid: string;
  container: string;
};

type Followed = { podUid: string; abort: AbortController; done: Promise<void> };

/**
 * Follows the logs of a run's steps, each until its end, and hands them over with
 * the position from which another would go on.
 */
export class StepLogs {
  readonly #options: {
    client: KubernetesClient;
    namespace: string;
    channel: UpdateChannel;
    cursor: RunCursor;
    /** Whether a container has ended, as far as is known. */
    isOver(container: StepContainer): boolean;
    steady(): number;
    signal: AbortSignal;
  };
  readonly #cursor: RunCursor;
  readonly #tails = new Map<string, LogTail>();
  /** By step. */
  readonly #followed = new Map<string, Followed>();
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: {
    client: KubernetesClient;
    namespace: string;
    channel: UpdateChannel;
    cursor: RunCursor;
    isOver(container: StepContainer): boolean;
    steady(): number;
    signal: AbortSignal;
  }) {
    this.#options = options;
    this.#cursor = { ...options.cursor };
    this.#signal = AbortSignal.any([options.signal, this.#abort.signal]);
  }

  /** Follows the log of a container, unless that is done already. */
  follow(container: StepContainer): void {
    const { step, podUid } = container;
    const last = this.#followed.get(step);
    if (last?.podUid === podUid) return;
    const before = this.#cursor[step];
    if (before?.isWhole && before.podUid === podUid) return;
    // A new pod has the name of the old one, of which nothing more is to be had.
    const abort = new AbortController();
    last?.abort.abort();
    const signal = AbortSignal.any([this.#signal, abort.signal]);
    const done = Promise.resolve(last?.done)
      .then(() => this.#follow(container, signal))
      .catch(error => {
        if (!signal.aborted) throw error;
      });
    // Whoever waits for all of them is told of it.
    done.catch(() => undefined);
    this.#followed.set(step, { podUid, abort, done });
  }

  /**
   * Waits until all that are followed have come to their ends, and no longer than
   * so long: then the log says where it stops, and nothing is added to it any more.
   */
  async finish(withinMs: number, signal: AbortSignal): Promise<void> {
    const all = Promise.all(
      [...this.#followed.values()].map(({ done }) => done),
    );
    await withinTime(all, withinMs, signal);
    this.#abort.abort();
    await all;
    // Also those that somebody else has followed, whose pods are gone.
    for (const [step, { isWhole }] of Object.entries(this.#cursor)) {
      if (!isWhole) await this.append(step, NOT_READ);
    }
  }

  /** Whether nothing more is to come of a step's log, as far as it was followed. */
  isWhole(step: string): boolean {
    return !this.#followed.has(step) || Boolean(this.#cursor[step]?.isWhole);
  }

  /** The last lines of a step's log; after a take-over only those since then. */
  tail(step: string): { lines: string[]; firstLine: number } {
    return this.#tailOf(step).read();
  }

  /** Adds a text of ours at the end of a step's log. */
  async append(step: string, bytes: Buffer): Promise<void> {
    await this.#write(
      step,
      bytes,
      this.#cursor[step] ?? { podUid: '', offset: 0 },
    );
  }

  async #follow(followed: StepContainer, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { step, pod, podUid, container } = followed;
    const { client, namespace, isOver, steady } = this.#options;
    const before = this.#cursor[step];
    const isNewPod = before !== undefined && before.podUid !== podUid;
    if (isNewPod && before.offset > 0) await this.append(step, NEW_POD);
    const offset = this.#cursor[step]?.offset ?? 0;
    this.#cursor[step] = {
      podUid,
      offset,
      position: isNewPod ? undefined : before?.position,
    };
    const pieces = followContainerLog({
      client,
      namespace,
      pod,
      podUid,
      container,
      from: this.#cursor[step].position,
      isOver: () => isOver(followed),
      steady,
      signal,
    });
    for (;;) {
      const next = await pieces.next();
      if (next.done) {
        // It may begin again in a new pod; if it does not, its end is missing.
        if (next.value === 'gone') return;
        this.#cursor[step] = { ...this.#cursor[step], isWhole: true };
        await this.#tellCursor();
        return;
      }
      const { bytes, position, hasGap } = next.value;
      const text = hasGap ? Buffer.concat([GAP, bytes]) : bytes;
      await this.#write(step, text, { ...this.#cursor[step], position });
    }
  }

  async #write(step: string, bytes: Buffer, cursor: StepCursor): Promise<void> {
    const { offset } = cursor;
    this.#cursor[step] = { ...cursor, offset: offset + bytes.length };
    this.#tailOf(step).write(bytes);
    await this.#options.channel.write({ type: 'log', step, offset, bytes });
    await this.#tellCursor();
  }

  async #tellCursor(): Promise<void> {
    await this.#options.channel.write({
      type: 'cursor',
      cursor: encodeCursor(this.#cursor),
    });
  }

  #tailOf(step: string): LogTail {
    let tail = this.#tails.get(step);
    if (!tail) {
      tail = new LogTail();
      this.#tails.set(step, tail);
    }
    return tail;
  }
}

async function withinTime(
  work: Promise<unknown>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  const timer = new AbortController();
  const until = AbortSignal.any([signal, timer.signal]);
  try {
    await Promise.race([
      work,
      delay(milliseconds, undefined, { signal: until }),
    ]);
  } finally {
    timer.abort();
  }
}
