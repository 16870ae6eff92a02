import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ClusterEventSnapshot,
  ExecutionUpdate,
  NewArtifact,
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { LogPiece, LogRedactor, SecretValues, isStepOver } from '../logs';
import { cleanText } from './cleanText';

type Update = Exclude<ExecutionUpdate, { type: 'outcome' }>;
type LogUpdate = Extract<Update, { type: 'log' }>;

/** Bounds what is stored as one chunk, and so what any reader has to hold. */
const LOG_PIECE_BYTES = 256 * 1024;
const LONGEST_TEXT = 10_000;
/** What the columns hold. */
const LONGEST_NAME = 500;
const LONGEST_TOOL = 100;
const LONGEST_METRIC = 100;
const LONGEST_PHASE_REASON = 200;
const LONGEST_IMAGE = 1000;
const LONGEST_PLACE = 253;
const LONGEST_KIND = 63;
const LONGEST_EVENT_REASON = 200;
/** Kubernetes itself writes no more than 1 KiB. */
const LONGEST_EVENT_MESSAGE = 2_000;

/** What is stored of the updates of one run: no secrets, and no text that a database refuses. */
export class UpdateRedactor {
  readonly #secrets: SecretValues;
  readonly #logs = new Map<string, LogRedactor>();
  /** Waits until all before it may be stored. */
  #cursor: Extract<Update, { type: 'cursor' }> | undefined;

  static create(options: { secrets: SecretValues }): UpdateRedactor {
    return new UpdateRedactor(options.secrets);
  }

  private constructor(secrets: SecretValues) {
    this.#secrets = secrets;
  }

  /** What may be stored now that this update has come. */
  *take(update: Update): Iterable<Update> {
    switch (update.type) {
      case 'phase':
        yield {
          ...update,
          reason: this.#cleanOptional(update.reason, LONGEST_PHASE_REASON),
          message: this.#cleanOptional(update.message),
        };
        break;
      case 'log':
        yield* this.#takeLog(update);
        yield* this.#waitingCursor();
        break;
      case 'step':
        if (isStepOver(update.step)) {
          yield* this.#flush(update.step.name);
          yield* this.#waitingCursor();
        }
        yield { type: 'step', step: this.#cleanStep(update.step) };
        break;
      case 'artifact':
        yield {
          type: 'artifact',
          artifact: this.#cleanArtifact(update.artifact),
        };
        break;
      case 'metric':
        yield {
          type: 'metric',
          metric: {
            ...update.metric,
            name: this.#clean(update.metric.name, LONGEST_METRIC),
          },
        };
        break;
      case 'cluster-event':
        yield {
          type: 'cluster-event',
          event: this.#cleanClusterEvent(update.event),
        };
        break;
      case 'cluster-events':
        yield { ...update, problem: this.#cleanOptional(update.problem) };
        break;
      case 'cursor':
        this.#cursor = update;
        yield* this.#waitingCursor();
        break;
      default:
        throw new Error(`Unknown update ${JSON.stringify(update)}`);
    }
  }

  /** What was held back, where the run is over. */
  *end(): Iterable<Update> {
    for (const step of this.#logs.keys()) {
      yield* this.#flush(step);
    }
    yield* this.#waitingCursor();
  }

  cleanOutcome(outcome: Outcome): Outcome {
    switch (outcome.status) {
      case 'failed':
        return { ...outcome, failure: this.#cleanFailure(outcome.failure) };
      case 'lost':
        return { ...outcome, message: this.#clean(outcome.message) };
      default:
        return outcome;
    }
  }

  *#takeLog({ step, offset, bytes }: LogUpdate): Iterable<Update> {
    let redactor = this.#logs.get(step);
    // A gap is for the store to refuse; nothing before it can be a part of what follows.
    if (!redactor || offset > redactor.end) {
      redactor = LogRedactor.create({ secrets: this.#secrets, offset });
      this.#logs.set(step, redactor);
    }
    // A collector may repeat itself.
    const fresh = bytes.subarray(redactor.end - offset);
    for (let at = 0; at < fresh.length; at += LOG_PIECE_BYTES) {
      yield* toUpdates(
        step,
        redactor.push(fresh.subarray(at, at + LOG_PIECE_BYTES)),
      );
    }
  }

  *#flush(step: string): Iterable<Update> {
    const redactor = this.#logs.get(step);
    if (redactor) yield* toUpdates(step, redactor.flush());
  }

  *#waitingCursor(): Iterable<Update> {
    const holdsBack = [...this.#logs.values()].some(log => log.holdsBack);
    if (this.#cursor && !holdsBack) {
      yield this.#cursor;
      this.#cursor = undefined;
    }
  }

  #cleanStep(step: StepSnapshot): StepSnapshot {
    return {
      ...step,
      reason: this.#cleanOptional(step.reason),
      tool: this.#cleanOptional(step.tool, LONGEST_TOOL),
      image: this.#cleanOptional(step.image, LONGEST_IMAGE),
      pod: this.#cleanOptional(step.pod, LONGEST_PLACE),
      namespace: this.#cleanOptional(step.namespace, LONGEST_PLACE),
      node: this.#cleanOptional(step.node, LONGEST_PLACE),
      task: this.#cleanOptional(step.task, LONGEST_PLACE),
      runAfter: step.runAfter?.map(task => this.#clean(task, LONGEST_PLACE)),
    };
  }

  #cleanArtifact(artifact: NewArtifact): NewArtifact {
    return {
      ...artifact,
      name: this.#clean(artifact.name, LONGEST_NAME),
      reference: this.#cleanOptional(artifact.reference),
    };
  }

  #cleanClusterEvent(event: ClusterEventSnapshot): ClusterEventSnapshot {
    const { kind, name } = event.object;
    return {
      ...event,
      key: cleanText(event.key, LONGEST_PLACE),
      object: {
        kind: this.#clean(kind, LONGEST_KIND),
        name: this.#clean(name, LONGEST_PLACE),
      },
      reason: this.#clean(event.reason, LONGEST_EVENT_REASON),
      message: this.#clean(event.message, LONGEST_EVENT_MESSAGE),
    };
  }

  #cleanFailure(failure: Failure): Failure {
    return {
      ...failure,
      message: this.#clean(failure.message),
      hint: this.#cleanOptional(failure.hint),
      file: this.#cleanOptional(failure.file),
      instruction: this.#cleanOptional(failure.instruction),
    };
  }

  #cleanOptional(text: string | undefined, maxLength?: number) {
    return text === undefined ? undefined : this.#clean(text, maxLength);
  }

  #clean(text: string, maxLength = LONGEST_TEXT): string {
    return cleanText(this.#secrets.mask(text), maxLength);
  }
}

function toUpdates(step: string, { offset, bytes }: LogPiece): Update[] {
  return bytes.length > 0 ? [{ type: 'log', step, offset, bytes }] : [];
}
