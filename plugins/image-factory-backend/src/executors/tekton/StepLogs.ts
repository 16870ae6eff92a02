import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesClient } from '../../clusters';
import {
  LogTail,
  MAX_LOG_BYTES,
  UpdateChannel,
  describeCut,
} from '../reporting';
import { LogPiece, followContainerLog } from './followContainerLog';
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
const LINE_END = 10;

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
  readonly #maxBytes: number;
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
    /** Of what one step prints; lines of ours do not count. */
    maxBytes?: number;
    signal: AbortSignal;
  }) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? MAX_LOG_BYTES;
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

  /** Adds a text of ours at the end of a step's log, on lines of its own. */
  async append(step: string, bytes: Buffer): Promise<void> {
    const cursor = this.#cursor[step] ?? { podUid: '', offset: 0 };
    const text = onLinesOfItsOwn(cursor, bytes);
    this.#tailOf(step).write(text);
    await this.#send(step, text, cursor);
  }

  async #follow(followed: StepContainer, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { step, pod, podUid, container } = followed;
    const { client, namespace, isOver, steady } = this.#options;
    const before = this.#cursor[step];
    const isNewPod = before !== undefined && before.podUid !== podUid;
    if (isNewPod && before.offset > 0) await this.append(step, NEW_POD);
    this.#cursor[step] = {
      ...(this.#cursor[step] ?? { offset: 0 }),
      podUid,
      position: isNewPod ? undefined : before?.position,
      isWhole: undefined,
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
      await this.#print(step, next.value);
    }
  }

  /** What goes beyond the cap is seen by the tail alone: how a build failed stands at the end. */
  async #print(step: string, piece: LogPiece): Promise<void> {
    const { bytes, position, hasGap } = piece;
    const cursor = this.#cursor[step];
    const { printed = 0 } = cursor;
    const kept = bytes.subarray(0, Math.max(0, this.#maxBytes - printed));
    const isCutHere = printed <= this.#maxBytes && kept.length < bytes.length;
    const before = hasGap ? onLinesOfItsOwn(cursor, GAP) : Buffer.alloc(0);
    this.#tailOf(step).write(Buffer.concat([before, bytes]));
    const sent = isCutHere ? withCut(cursor, kept, this.#maxBytes) : kept;
    await this.#send(step, Buffer.concat([before, sent]), {
      ...cursor,
      position,
      printed: printed + bytes.length,
    });
  }

  async #send(step: string, bytes: Buffer, cursor: StepCursor): Promise<void> {
    const { offset } = cursor;
    this.#cursor[step] = { ...cursor, offset: offset + bytes.length };
    if (bytes.length > 0) {
      this.#cursor[step].isInLine = bytes.at(-1) !== LINE_END || undefined;
      await this.#options.channel.write({ type: 'log', step, offset, bytes });
    }
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

function onLinesOfItsOwn({ isInLine }: StepCursor, text: Buffer): Buffer {
  return isInLine ? Buffer.concat([Buffer.from('\n'), text]) : text;
}

function withCut(cursor: StepCursor, kept: Buffer, maxBytes: number): Buffer {
  const isInLine = kept.length > 0 ? kept.at(-1) !== LINE_END : cursor.isInLine;
  const line = Buffer.from(`${describeCut(maxBytes)}\n`);
  return Buffer.concat([kept, onLinesOfItsOwn({ ...cursor, isInLine }, line)]);
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
