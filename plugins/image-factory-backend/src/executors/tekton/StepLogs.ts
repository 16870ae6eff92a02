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
const CUT_OFF = Buffer.from(
  '[image-factory] The pod was removed before the end of this log could be read.\n',
);

/** Where the log of a step is. */
export type StepContainer = {
  step: string;
  pod: string;
  podUid: string;
  container: string;
};

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
    /** Whether a step has ended, as far as is known. */
    isOver(step: string): boolean;
    steady(): number;
    signal: AbortSignal;
  };
  readonly #cursor: RunCursor;
  readonly #tails = new Map<string, LogTail>();
  readonly #followed = new Map<string, Promise<void>>();

  constructor(options: {
    client: KubernetesClient;
    namespace: string;
    channel: UpdateChannel;
    cursor: RunCursor;
    isOver(step: string): boolean;
    steady(): number;
    signal: AbortSignal;
  }) {
    this.#options = options;
    this.#cursor = { ...options.cursor };
  }

  /** Follows the log of a container, unless that is done already. */
  follow(container: StepContainer): void {
    const key = `${container.step}/${container.podUid}`;
    if (this.#followed.has(key)) return;
    const before = this.#cursor[container.step];
    if (before?.isWhole && before.podUid === container.podUid) return;
    const done = this.#follow(container).catch(error => {
      if (!this.#options.signal.aborted) throw error;
    });
    // Whoever waits for all of them is told of it.
    done.catch(() => undefined);
    this.#followed.set(key, done);
  }

  /** Resolves once all that are followed have come to their ends. */
  async whole(): Promise<void> {
    await Promise.all(this.#followed.values());
  }

  /** Whether nothing more is to come of a step's log, as far as it was followed. */
  isWhole(step: string): boolean {
    const isFollowed = [...this.#followed.keys()].some(key =>
      key.startsWith(`${step}/`),
    );
    return !isFollowed || Boolean(this.#cursor[step]?.isWhole);
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

  async #follow({
    step,
    pod,
    podUid,
    container,
  }: StepContainer): Promise<void> {
    const { client, namespace, isOver, steady, signal } = this.#options;
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
      container,
      from: this.#cursor[step].position,
      isOver: () => isOver(step),
      steady,
      signal,
    });
    for (;;) {
      const next = await pieces.next();
      if (next.done) {
        if (next.value === 'gone') await this.append(step, CUT_OFF);
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
