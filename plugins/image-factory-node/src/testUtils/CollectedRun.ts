import {
  NewArtifact,
  Outcome,
  StepSnapshot,
  ExecutionUpdate,
} from '@image-factory/backstage-plugin-image-factory-node';

/**
 * The updates of one run as they came, and what they add up to.
 *
 * @public
 */
export class CollectedRun {
  readonly #updates: ExecutionUpdate[] = [];

  /** In the order in which they came. */
  get updates(): readonly ExecutionUpdate[] {
    return this.#updates;
  }

  add(update: ExecutionUpdate): void {
    this.#updates.push(update);
  }

  /** The outcome, where it came and came last. */
  get outcome(): Outcome | undefined {
    const last = this.#updates.at(-1);
    return last?.type === 'outcome' ? last.outcome : undefined;
  }

  /** The latest snapshot of each step, in their order. */
  get steps(): StepSnapshot[] {
    const latest = new Map<string, StepSnapshot>();
    for (const update of this.#updates) {
      if (update.type === 'step') latest.set(update.step.name, update.step);
    }
    return [...latest.values()].sort((a, b) => a.ordinal - b.ordinal);
  }

  get artifacts(): NewArtifact[] {
    return this.#updates.flatMap(update =>
      update.type === 'artifact' ? [update.artifact] : [],
    );
  }

  /** The last cursor. */
  get cursor(): string | undefined {
    return this.#updates
      .flatMap(update => (update.type === 'cursor' ? [update.cursor] : []))
      .at(-1);
  }

  /** All bytes that came of the log of a step, also those that came twice. */
  rawLog(step: string): string {
    return Buffer.concat(
      this.#updates.flatMap(update =>
        update.type === 'log' && update.step === step ? [update.bytes] : [],
      ),
    ).toString();
  }

  /**
   * The log of a step, put together as the backend does: bytes that came before
   * are left out.
   *
   * @throws Error where bytes are missing in between
   */
  log(step: string): string {
    let log = Buffer.alloc(0);
    for (const update of this.#updates) {
      if (update.type !== 'log' || update.step !== step) continue;
      if (update.offset > log.length) {
        throw new Error(
          `The log of ${step} jumps from byte ${log.length} to byte ${update.offset}`,
        );
      }
      log = Buffer.concat([
        log,
        Buffer.from(update.bytes).subarray(log.length - update.offset),
      ]);
    }
    return log.toString();
  }
}
