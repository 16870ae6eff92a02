import { LoggerService } from '@backstage/backend-plugin-api';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  BUILDS_SIGNAL_CHANNEL,
  BuildsSignal,
} from '@image-factory/backstage-plugin-image-factory-common';

/** A busy build is told of at most this often. */
const THROTTLE_MS = 300;

type Waiting = { timer: NodeJS.Timeout; next?: BuildsSignal };

/** Hints to open pages that something of a build has changed: the first change at once, those within the next moment as one. */
export class BuildSignaller {
  readonly #signals: SignalsService;
  readonly #logger: LoggerService;
  readonly #waiting = new Map<string, Waiting>();

  static create(options: {
    signals: SignalsService;
    logger: LoggerService;
  }): BuildSignaller {
    return new BuildSignaller(options.signals, options.logger);
  }

  private constructor(signals: SignalsService, logger: LoggerService) {
    this.#signals = signals;
    this.#logger = logger;
  }

  signal(change: BuildsSignal): void {
    const waiting = this.#waiting.get(change.buildId);
    if (waiting) {
      // A change of the build covers one of its log.
      if (waiting.next?.change !== 'build') waiting.next = change;
      return;
    }
    this.#publish(change);
    this.#hold(change.buildId);
  }

  /** Tells at once what is held back. */
  stop(): void {
    for (const { timer, next } of this.#waiting.values()) {
      clearTimeout(timer);
      if (next) this.#publish(next);
    }
    this.#waiting.clear();
  }

  #hold(buildId: string): void {
    const timer = setTimeout(() => {
      const next = this.#waiting.get(buildId)?.next;
      this.#waiting.delete(buildId);
      if (next) {
        this.#publish(next);
        this.#hold(buildId);
      }
    }, THROTTLE_MS);
    this.#waiting.set(buildId, { timer });
  }

  #publish(message: BuildsSignal): void {
    this.#signals
      .publish<BuildsSignal>({
        recipients: { type: 'broadcast' },
        channel: BUILDS_SIGNAL_CHANNEL,
        // Everybody hears it, whatever they may see: nothing but this.
        message: { buildId: message.buildId, change: message.change },
      })
      .catch(error =>
        // Pages poll as well, so a hint that is lost costs them a moment only.
        this.#logger.debug('A signal could not be sent', error as Error),
      );
  }
}
