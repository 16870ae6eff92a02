import { CancelMode } from '@image-factory/backstage-plugin-image-factory-node';

/**
 * Why a run is to end before its time. The first reason counts; later ones
 * change nothing.
 */
export class RunEnding {
  readonly #controller = new AbortController();
  #mode: CancelMode | undefined;

  /** Aborts with the first reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get mode(): CancelMode | undefined {
    return this.#mode;
  }

  request(mode: CancelMode): void {
    if (this.#mode === undefined) {
      this.#mode = mode;
      this.#controller.abort();
    }
  }
}
