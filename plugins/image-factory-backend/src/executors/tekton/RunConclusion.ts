import {
  ExecutionUpdate,
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  GATE_RULE,
  GateSettings,
  ScanSummary,
  stoppedImage,
} from '../../checks';
import { UpdateChannel, plainFailure } from '../reporting';
import { lastBegun } from './lastSteps';
import { PushedImage, pushedImage, pushedReferrers } from './pushedImage';
import { holdingBack, scanVerdicts } from './scanVerdict';
import { StepLogs } from './StepLogs';
import { PipelineRunState, TaskRunState } from './tektonObjects';

/** What is done with an image outside of its run. */
export type ImageWork = {
  /** Is called once the pipeline has pushed by digest; sets the tags, and tells what came of it. */
  conclude(
    image: PushedImage,
    step: string,
    log: (line: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ExecutionUpdate[]>;
  /** Is called with what the pipeline has put beside the image; keeps it, and tells what the scan of it says. */
  collectReports(
    reports: {
      digests: string[];
      /** Where it was pushed. */
      image: PushedImage | undefined;
      scanStep: string | undefined;
      gate: GateSettings | undefined;
      /** Whether it was not pushed for what the scan has found. */
      isStopped: boolean;
    },
    log: (line: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ updates: ExecutionUpdate[]; scan: ScanSummary | undefined }>;
};

type Ended = {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  steps: StepSnapshot[];
};

/** What comes of a run whose pipeline is over: its reports are kept, and its image gets its tags. */
export class RunConclusion {
  readonly #options: ImageWork & { logs: StepLogs; channel: UpdateChannel };

  constructor(options: ImageWork & { logs: StepLogs; channel: UpdateChannel }) {
    this.#options = options;
  }

  /** Before the tags of the image are set: what is named by them has its reports beside it. */
  async checks(
    { run, taskRuns, steps }: Ended,
    outcome: Outcome,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { logs, channel } = this.#options;
    const digests = pushedReferrers(run, taskRuns);
    const isOver =
      outcome.status === 'completed' || outcome.status === 'failed';
    if (!isOver || digests.length === 0) return outcome;
    const isStopped =
      outcome.status === 'failed' && outcome.failure.rule === GATE_RULE;
    const { gate } = run;
    const scans = scanVerdicts(run, taskRuns);
    const isWhole =
      scans.length === run.scanSteps.length &&
      scans.every(({ verdict }) => verdict !== 'failed');
    const scanStep = holdingBack(scans)?.step ?? run.scanSteps[0];
    const last = lastBegun(run, steps);
    const { updates, scan } = await this.#options.collectReports(
      {
        digests,
        image: pushedImage(run, taskRuns),
        // What some of its platforms have is not what the image has.
        scanStep: isStopped || isWhole ? scanStep : undefined,
        gate,
        isStopped,
      },
      line => logs.append(last, Buffer.from(`${line}\n`)),
      signal,
    );
    for (const update of updates) await channel.write(update);
    if (!isStopped || !scan?.stopping.length || !gate || !scanStep) {
      return outcome;
    }
    const { evidenceLine } = outcome.failure;
    return {
      status: 'failed',
      failure: plainFailure({
        ...stoppedImage({ stopping: scan.stopping, gate, step: scanStep }),
        evidenceLine,
      }),
    };
  }

  /** Sets the tags of an image that was pushed. */
  async pushed(seen: Ended, signal: AbortSignal): Promise<Outcome> {
    const { logs, channel } = this.#options;
    const image = pushedImage(seen.run, seen.taskRuns);
    const last = lastBegun(seen.run, seen.steps);
    if (!image) {
      return {
        status: 'failed',
        failure: {
          class: 'template',
          message:
            'The pipeline ended well and gave no digest of an image: its results IMAGE_URL and IMAGE_DIGEST are missing or are none.',
          hint: 'A portal admin corrects the pipeline template.',
        },
      };
    }
    const updates = await this.#options.conclude(
      image,
      last,
      line => logs.append(last, Buffer.from(`${line}\n`)),
      signal,
    );
    let outcome: Outcome = { status: 'completed' };
    for (const update of updates) {
      if (update.type === 'outcome') outcome = update.outcome;
      else await channel.write(update);
    }
    return outcome;
  }
}
