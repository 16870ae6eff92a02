import { LogTail, UpdateChannel, describeCut } from '../reporting';

/** The log of one step on its way into the channel. */
export class StepLog {
  readonly #step: string;
  readonly #channel: UpdateChannel;
  readonly #tail = new LogTail();
  readonly #maxBytes: number;
  #offset = 0;
  #printed = 0;
  #dropped = 0;
  #endsLine = true;

  constructor(options: {
    step: string;
    channel: UpdateChannel;
    /** Of what the step prints; lines of the executor's own do not count. */
    maxBytes: number;
  }) {
    this.#step = options.step;
    this.#channel = options.channel;
    this.#maxBytes = options.maxBytes;
  }

  /** How much the step has printed that is not kept. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** Resolves once there is room for more. What goes beyond the cap is seen by the tail alone. */
  async write(bytes: Uint8Array): Promise<void> {
    const room = Math.max(0, this.#maxBytes - this.#printed);
    const kept = bytes.subarray(0, room);
    const isCut = this.#dropped === 0 && kept.length < bytes.length;
    this.#printed += bytes.length;
    this.#dropped += bytes.length - kept.length;
    this.#tail.write(bytes);
    await this.#send(kept);
    if (isCut) {
      await this.#sendLine(describeCut(this.#maxBytes));
    }
  }

  /** A line of the executor's own; on a line of its own. */
  async line(text: string): Promise<void> {
    this.#tail.write(Buffer.from(this.#onLineOfItsOwn(text)));
    await this.#sendLine(text);
  }

  tail(): { lines: string[]; firstLine: number } {
    return this.#tail.read();
  }

  async #sendLine(text: string): Promise<void> {
    await this.#send(Buffer.from(this.#onLineOfItsOwn(text)));
  }

  #onLineOfItsOwn(text: string): string {
    return `${this.#endsLine ? '' : '\n'}${text}\n`;
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) {
      return;
    }
    const offset = this.#offset;
    this.#offset += bytes.length;
    this.#endsLine = bytes[bytes.length - 1] === 0x0a;
    await this.#channel.write({ type: 'log', step: this.#step, offset, bytes });
  }
}
