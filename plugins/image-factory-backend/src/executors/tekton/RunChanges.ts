import { NamespaceView } from './TektonCluster';

/**
 * Tells that something of one run has changed, also while nobody was waiting
 * for it. By plain timers: with an AbortSignal for each of the changes of many
 * runs a process does little else.
 */
export class RunChanges {
  readonly #leave: (() => void)[];
  #hasChanged = false;
  #wake: (() => void) | undefined;

  static watch(view: NamespaceView, run: string): RunChanges {
    return new RunChanges(view, run);
  }

  private constructor(view: NamespaceView, run: string) {
    this.#leave = Object.values(view).map(watch =>
      watch.onGroupChange(run, () => {
        this.#hasChanged = true;
        this.#wake?.();
      }),
    );
  }

  /** Resolves when something has changed since the last time, or after so long at the latest; rejects where the signal aborts. */
  async next(withinMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#hasChanged) await this.#change(withinMs, signal);
    this.#hasChanged = false;
    signal.throwIfAborted();
  }

  stop(): void {
    this.#leave.forEach(leave => leave());
  }

  async #change(withinMs: number, signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      timer = setTimeout(resolve, withinMs);
      signal.addEventListener('abort', this.#wake);
    });
    clearTimeout(timer);
    signal.removeEventListener('abort', this.#wake!);
    this.#wake = undefined;
  }
}
