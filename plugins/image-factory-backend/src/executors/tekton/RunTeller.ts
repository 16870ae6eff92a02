import {
  ClusterEventSnapshot,
  ExecutionUpdate,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { UpdateChannel } from '../reporting';
import { lastPlace } from './lastSteps';
import { measureStart } from './measureStart';
import { NamespaceEvents } from './NamespaceEvents';
import { NamespaceUsage } from './NamespaceUsage';
import { SeenRun } from './RunSight';
import { StepLogs } from './StepLogs';
import { StepPeaks } from './StepPeaks';
import { RunPhase } from './toPhase';

type RunTellerOptions = {
  channel: UpdateChannel;
  logs: Pick<StepLogs, 'isWhole'>;
  events: Pick<NamespaceEvents, 'isSeen' | 'problem'>;
  usage: Pick<NamespaceUsage, 'of'>;
};

/** Tells what a run has become as updates, each as it changes and once. */
export class RunTeller {
  readonly #options: RunTellerOptions;
  readonly #peaks: StepPeaks;
  /** What was told last, by what it is of. */
  readonly #told = new Map<string, string>();
  #isConcluded = false;

  constructor(options: RunTellerOptions) {
    this.#options = options;
    this.#peaks = new StepPeaks(options.usage);
  }

  async tell(seen: SeenRun, phase: RunPhase): Promise<void> {
    await this.#tellOnce('phase', { type: 'phase', ...phase });
    for (const metric of [
      ...measureStart(seen),
      ...this.#peaks.measure(seen),
    ]) {
      const { step = '', name } = metric;
      await this.#tellOnce(`metric/${step}/${name}`, {
        type: 'metric',
        metric,
      });
    }
    for (const step of seen.steps) await this.#tellStep(step, seen);
    await this.#tellEvents(seen.events);
  }

  /** Nothing more comes of any step from now on. */
  conclude(): void {
    this.#isConcluded = true;
  }

  get isConcluded(): boolean {
    return this.#isConcluded;
  }

  async #tellStep(step: StepSnapshot, seen: SeenRun): Promise<void> {
    const key = `step/${step.name}`;
    if (this.#isToBeTold(step, seen)) {
      await this.#tellOnce(key, { type: 'step', step });
    } else if (!this.#told.has(key)) {
      // It was over before anybody looked, and its log is about to come.
      await this.#tellOnce(key, { type: 'step', step: asRunning(step) });
    }
  }

  /** A step is over once its log is, and the last one once the tags of the image are set. */
  #isToBeTold({ name, ordinal, status }: StepSnapshot, seen: SeenRun): boolean {
    if (this.#isConcluded) return true;
    if (status === 'pending' || status === 'running') return true;
    if (!this.#options.logs.isWhole(name)) return false;
    return status !== 'completed' || ordinal !== lastPlace(seen.run);
  }

  /** Where none are seen that is told as well, and once at least that they are: a collector before this one may not have seen them. */
  async #tellEvents(events: ClusterEventSnapshot[]): Promise<void> {
    const { problem, isSeen } = this.#options.events;
    if (problem !== undefined || isSeen) {
      await this.#tellOnce('events', { type: 'cluster-events', problem });
    }
    for (const event of events) {
      await this.#tellOnce(`event/${event.key}`, {
        type: 'cluster-event',
        event,
      });
    }
  }

  async #tellOnce(key: string, update: ExecutionUpdate): Promise<void> {
    const text = JSON.stringify(update);
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    await this.#options.channel.write(update);
  }
}

function asRunning(step: StepSnapshot): StepSnapshot {
  return {
    ...step,
    status: 'running',
    finishedAt: undefined,
    exitCode: undefined,
    reason: undefined,
  };
}
