import { GateSettings, STOPPED_EXIT_CODE } from '../../checks';
import { PipelineRunState, TaskRunState, TaskRunStep } from './tektonObjects';

/** What Tekton says of a step that has failed and lets the others go on. */
const CONTINUED = 'Continued';

/** How the scan of an image has ended. */
export type ScanVerdict = { step: string } & (
  | { verdict: 'passed'; heldBackIn?: undefined }
  | {
      /** `stopped` where it has found what stops an image, `failed` where it has found out nothing. */
      verdict: 'stopped' | 'failed';
      /** The step that has not pushed the image because of it. */
      heldBackIn: string | undefined;
    }
);

/** Of all scans of a run; none where it scans nothing, or has not yet. */
export function scanVerdicts(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
): ScanVerdict[] {
  return run.scanSteps.flatMap(
    step => scanVerdict(step, run.gate, taskRuns) ?? [],
  );
}

/** The scan for which an image was not pushed, where there is one; of several, the first that has found something. */
export function holdingBack(verdicts: ScanVerdict[]): ScanVerdict | undefined {
  const all = verdicts.filter(({ heldBackIn }) => heldBackIn !== undefined);
  return all.find(({ verdict }) => verdict === 'stopped') ?? all[0];
}

function scanVerdict(
  scanStep: string,
  gate: GateSettings | undefined,
  taskRuns: TaskRunState[],
): ScanVerdict | undefined {
  const steps =
    taskRuns.find(taskRun => taskRun.steps.some(each => each.name === scanStep))
      ?.steps ?? [];
  const index = steps.findIndex(({ name }) => name === scanStep);
  const scan = steps[index];
  // One that ends the run is a failure like any other.
  if (!scan?.terminated || !wentOn(scan)) return undefined;
  const { exitCode } = scan.terminated;
  if (exitCode === 0) return { step: scanStep, verdict: 'passed' };
  const heldBack =
    gate &&
    steps
      .slice(index + 1)
      .find(
        step =>
          !wentOn(step) && step.terminated?.exitCode === STOPPED_EXIT_CODE,
      );
  return {
    step: scanStep,
    verdict: exitCode === STOPPED_EXIT_CODE ? 'stopped' : 'failed',
    heldBackIn: heldBack?.name,
  };
}

/** Whether a step has ended in a way that lets the next one begin. */
export function wentOn({
  terminated,
  terminationReason,
}: TaskRunStep): boolean {
  return terminated?.exitCode === 0 || isContinued({ terminationReason });
}

/** Whether a step has failed, and Tekton has gone on as its template says. */
export function isContinued({
  terminationReason,
}: Pick<TaskRunStep, 'terminationReason'>): boolean {
  return terminationReason === CONTINUED;
}
