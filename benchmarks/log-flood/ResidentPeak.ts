import { Replica } from './Replica';

const EVERY_MS = 50;
const MEBIBYTE = 1024 * 1024;

/** Looks all the time at what a replica has in memory. */
export class ResidentPeak {
  readonly #replica: Replica;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  static watch(replica: Replica): ResidentPeak {
    return new ResidentPeak(replica);
  }

  private constructor(replica: Replica) {
    this.#replica = replica;
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** The most that was seen, in MiB. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#peak / MEBIBYTE;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, this.#replica.residentBytes());
  }
}
