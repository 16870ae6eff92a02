import { Executor } from '@image-factory/backstage-plugin-image-factory-node';

/** The executors by id, in the order in which they were registered. */
export class ExecutorRegistry {
  readonly #executors = new Map<string, Executor>();

  /** @throws Error where the id is taken: a mistake of whoever wires the portal. */
  register(executor: Executor): void {
    if (this.#executors.has(executor.id)) {
      throw new Error(
        `Executor '${executor.id}' is registered twice; give one of them another id`,
      );
    }
    this.#executors.set(executor.id, executor);
  }

  get(id: string): Executor | undefined {
    return this.#executors.get(id);
  }

  list(): Executor[] {
    return [...this.#executors.values()];
  }
}
