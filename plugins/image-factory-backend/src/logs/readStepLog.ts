import {
  LogRange,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { LogReader } from './LogReader';

/** Whether a step will do nothing more, so that its log is whole. */
export function isStepOver({ status }: Pick<Step, 'status'>): boolean {
  return status !== 'pending' && status !== 'running';
}

/** A range of the log of a step as the API gives it. */
export async function readStepLog(
  reader: LogReader,
  step: Step,
  options: {
    attempt: number;
    /** Where the range begins, by its byte or by its line. */
    from: { offset: number } | { line: number };
    maxBytes: number;
    maxLines?: number;
  },
): Promise<LogRange> {
  const { attempt, from, maxBytes, maxLines } = options;
  const finished = isStepOver(step);
  const range = await reader.read({
    stepId: step.id,
    offset:
      'line' in from
        ? await reader.offsetOfLine(step.id, from.line)
        : from.offset,
    maxBytes,
    maxLines,
    finished,
  });
  return {
    step: step.name,
    attempt,
    ...range,
    totalBytes: Math.max(step.logBytes, range.nextOffset),
    complete: finished && range.nextOffset >= step.logBytes,
  };
}
