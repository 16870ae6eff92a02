import { StepSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { StepStatus } from '@image-factory/backstage-plugin-image-factory-common';
import { UpdateChannel } from '../reporting';
import { RunStep } from './checks';

/** The state of a run's steps; tells every change as a whole snapshot. */
export class StepBoard {
  readonly #channel: UpdateChannel;
  readonly #now: () => Date;
  readonly #steps: StepSnapshot[];

  constructor(options: {
    steps: RunStep[];
    /** What runs a step, for those that a tool runs. */
    toolOf(step: RunStep): string | undefined;
    channel: UpdateChannel;
    now: () => Date;
  }) {
    this.#channel = options.channel;
    this.#now = options.now;
    this.#steps = options.steps.map((step, ordinal) => ({
      name: step.name,
      ordinal,
      status: 'pending',
      tool: options.toolOf(step),
    }));
  }

  /** Tells all steps as they stand. */
  async tellAll(): Promise<void> {
    for (const step of this.#steps) {
      await this.#channel.write({ type: 'step', step: { ...step } });
    }
  }

  async begin(name: string): Promise<void> {
    await this.#change(name, {
      status: 'running',
      startedAt: this.#now().toISOString(),
    });
  }

  async end(
    name: string,
    status: StepStatus,
    more: { exitCode?: number; reason?: string },
  ): Promise<void> {
    await this.#change(name, {
      status,
      finishedAt: this.#now().toISOString(),
      ...more,
    });
  }

  /** Steps that were not reached will not be. */
  async skipRest(): Promise<void> {
    for (const { name, status } of this.#steps) {
      if (status === 'pending') {
        await this.#change(name, { status: 'skipped' });
      }
    }
  }

  async #change(name: string, change: Partial<StepSnapshot>): Promise<void> {
    const index = this.#steps.findIndex(step => step.name === name);
    const step = { ...this.#steps[index], ...change };
    this.#steps[index] = step;
    await this.#channel.write({ type: 'step', step: { ...step } });
  }
}
