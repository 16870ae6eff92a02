import { LoggerService } from '@backstage/backend-plugin-api';
import { askTool, Detection } from './tools';

const SWEEP_MILLISECONDS = 60_000;

/**
 * Removes from the executor's own stores what builds have left there: stages
 * that no image names any more, and the containers of builds that were killed.
 * Tools cannot tell one build's leftovers from another's work in progress, so
 * that this is done only while nothing runs, and whoever begins waits for it.
 */
export class StoreSweeper {
  readonly #environment: Record<string, string>;
  readonly #logger: LoggerService;
  #latest: Promise<void> = Promise.resolve();

  constructor(options: {
    environment: Record<string, string>;
    logger: LoggerService;
  }) {
    this.#environment = options.environment;
    this.#logger = options.logger;
  }

  /** One sweep at a time. */
  sweep(detection: Detection): Promise<void> {
    this.#latest = this.#latest.then(() => this.#sweepAll(detection));
    return this.#latest;
  }

  /** Resolves once no sweep runs. */
  async idle(): Promise<void> {
    await this.#latest;
  }

  /** A failure is told to the operator and changes nothing for builds. */
  async #sweepAll(detection: Detection): Promise<void> {
    for (const { chosen, sweep } of detection.tools.values()) {
      if (chosen && sweep) {
        await sweep(async args => {
          const answer = await askTool(chosen.path, args, {
            environment: this.#environment,
            milliseconds: SWEEP_MILLISECONDS,
          });
          if (!answer.ok) {
            this.#logger.warn(
              `The store of ${chosen.name} could not be swept: ${answer.message}`,
            );
          }
          return answer;
        });
      }
    }
  }
}
