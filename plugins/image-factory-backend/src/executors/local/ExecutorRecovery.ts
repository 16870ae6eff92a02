import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { hostname } from 'node:os';
import { ExecutorSlot } from './ExecutorSlot';
import { RecoveredRuns, recoverRuns } from './recoverRuns';
import { unmountBelow } from './unmountBelow';

/** What an {@link ExecutorRecovery} works with. */
export type ExecutorRecoveryOptions = {
  /** Of the slots. */
  directory: string;
  slot: ExecutorSlot;
  /** The workspaces that were in the own slot before anything ran there. */
  left: string[];
  instance: string;
  logger: LoggerService;
  /** Empties the stores of the tools in a slot that a process has left. */
  sweep(slot: ExecutorSlot): Promise<void>;
  /** Does so in the own slot, unless a run has begun there. */
  sweepOwn(): Promise<void>;
};

/** Clears the slots that processes have left: those of others, and the own one of what was there before. */
export class ExecutorRecovery {
  readonly #options: ExecutorRecoveryOptions;
  /** Until they are gone. */
  #left: string[];
  #isOwnSwept = false;
  #tidied: Promise<unknown> = Promise.resolve();

  constructor(options: ExecutorRecoveryOptions) {
    this.#options = options;
    this.#left = options.left;
  }

  /**
   * Resolves once nothing of lost runs lives any more and their workspaces are
   * gone. What cannot be cleared is told to the operator and tried again the
   * next time; it keeps nothing else from being cleared.
   */
  async recover(): Promise<void> {
    const { directory, logger } = this.#options;
    const left = ExecutorSlot.takeLeft({
      directory,
      host: hostname(),
      onProblem: (slot, error) => this.#tell(slot, error),
    });
    for await (const slot of left) {
      const runs = await this.#recoverRuns(slot).catch(error => {
        this.#tell(slot.directory, error);
        return undefined;
      });
      this.#tidied = Promise.all([this.#tidied, this.#tidy(slot, runs)]);
    }
    const { othersRun, stuck } = await this.#recoverRuns(
      this.#options.slot,
      this.#left,
    );
    this.#left = stuck;
    if (!this.#isOwnSwept && !othersRun) {
      this.#isOwnSwept = true;
      await this.#options.sweepOwn();
    }
    if (stuck.length > 0) {
      logger.warn(
        `${stuck.length} workspaces of lost builds could not be cleared; that is tried again when the next build is lost, and at the next start`,
      );
    }
  }

  /** Resolves once nobody's stores are being emptied. */
  async idle(): Promise<void> {
    await this.#tidied;
  }

  /** Nothing runs there any more. Nobody waits for the rest, which may take a minute. */
  async #tidy(
    slot: ExecutorSlot,
    runs: RecoveredRuns | undefined,
  ): Promise<void> {
    const { logger, sweep } = this.#options;
    const isEmpty = runs?.stuck.length === 0 && !runs.othersRun;
    try {
      if (slot.isOfThisHost) {
        // Containers of ended builds may still be mounted there.
        await sweep(slot);
      }
      await unmountBelow(slot.storage, logger);
    } catch (error) {
      this.#tell(slot.directory, error);
    }
    try {
      await (isEmpty && !slot.isOfThisHost ? slot.remove() : slot.release());
    } catch (error) {
      this.#tell(slot.directory, error);
    }
  }

  #recoverRuns(slot: ExecutorSlot, names?: string[]) {
    const { instance, logger } = this.#options;
    return recoverRuns({ directory: slot.runs, instance, logger, names });
  }

  #tell(slot: string, error: unknown): void {
    this.#options.logger.warn(
      `What a lost process has left in ${slot} could not be cleared up; it is tried again: ${
        isError(error) ? error.message : error
      }`,
    );
  }
}
