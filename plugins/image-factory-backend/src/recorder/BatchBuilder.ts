import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { RecordBatch } from '../database';

type Update = Exclude<ExecutionUpdate, { type: 'outcome' }>;

/** Neighbouring bytes of one log. They are joined once, when the batch is taken: joining at each update would copy a chunk again and again. */
type LogRun = {
  step: string;
  offset: number;
  end: number;
  parts: Uint8Array[];
};

/** Gathers updates into one batch: the last state of each step, neighbouring bytes of a log as one piece. */
export class BatchBuilder {
  #batch: RecordBatch = { steps: [], logs: [], artifacts: [] };
  #logs: LogRun[] = [];
  #logBytes = 0;
  #empty = true;

  /** How many bytes of log the batch holds. */
  get logBytes(): number {
    return this.#logBytes;
  }

  get empty(): boolean {
    return this.#empty;
  }

  add(update: Update): void {
    this.#empty = false;
    switch (update.type) {
      case 'phase': {
        const { phase, reason, message } = update;
        this.#batch.phase = { phase, reason, message };
        break;
      }
      case 'step': {
        const { steps } = this.#batch;
        const at = steps.findIndex(step => step.name === update.step.name);
        if (at >= 0) steps[at] = update.step;
        else steps.push(update.step);
        break;
      }
      case 'log':
        this.#addLog(update);
        break;
      case 'artifact':
        this.#batch.artifacts.push(update.artifact);
        break;
      case 'metric':
        (this.#batch.metrics ??= []).push(update.metric);
        break;
      case 'cluster-event':
        this.#addClusterEvent(update);
        break;
      case 'cluster-events':
        this.#batch.clusterEventsState = { problem: update.problem };
        break;
      case 'cursor':
        this.#batch.cursor = update.cursor;
        break;
      default:
        throw new Error(`Unknown update ${JSON.stringify(update)}`);
    }
  }

  #addClusterEvent({ event }: Extract<Update, { type: 'cluster-event' }>) {
    const events = (this.#batch.clusterEvents ??= []);
    const at = events.findIndex(({ key }) => key === event.key);
    if (at >= 0) events[at] = event;
    else events.push(event);
  }

  #addLog(update: Extract<Update, { type: 'log' }>): void {
    const { step, offset, bytes } = update;
    this.#logBytes += bytes.length;
    const last = this.#logs.at(-1);
    if (last?.step === step && last.end === offset) {
      last.parts.push(bytes);
      last.end += bytes.length;
    } else {
      this.#logs.push({
        step,
        offset,
        end: offset + bytes.length,
        parts: [bytes],
      });
    }
  }

  /** Gives the batch away and begins a new one. */
  take(): RecordBatch {
    const logs = this.#logs.map(({ step, offset, parts }) => ({
      step,
      offset,
      bytes: Buffer.concat(parts),
    }));
    const batch = { ...this.#batch, logs };
    this.#batch = { steps: [], logs: [], artifacts: [] };
    this.#logs = [];
    this.#logBytes = 0;
    this.#empty = true;
    return batch;
  }
}
