import { NewMetric } from '@image-factory/backstage-plugin-image-factory-node';

/** What is known of an execution at its end. Times are milliseconds since 1970. */
export type ExecutionFacts = {
  /** Since when it could have been claimed. */
  waitingSince: number;
  startedAt: number;
  finishedAt: number;
  steps: {
    name: string;
    startedAt?: number;
    finishedAt?: number;
    logBytes: number;
  }[];
  /** Of the image that it made, compressed, as a registry counts it. */
  imageBytes?: number;
};

/**
 * What every execution is measured by, whatever its executor. Never below
 * zero: an executor's clock may have been set back in the middle of a step.
 */
export function measureExecution(facts: ExecutionFacts): NewMetric[] {
  const metrics: NewMetric[] = [
    seconds('queue-wait', facts.waitingSince, facts.startedAt),
    seconds('duration', facts.startedAt, facts.finishedAt),
  ];
  for (const { name, startedAt, finishedAt, logBytes } of facts.steps) {
    if (startedAt === undefined || finishedAt === undefined) continue;
    metrics.push(
      { ...seconds('duration', startedAt, finishedAt), step: name },
      { name: 'log-size', value: logBytes, unit: 'bytes', step: name },
    );
  }
  if (facts.imageBytes !== undefined) {
    metrics.push({
      name: 'image-size',
      value: facts.imageBytes,
      unit: 'bytes',
    });
  }
  return metrics;
}

function seconds(name: string, from: number, to: number): NewMetric {
  return { name, value: Math.max(0, to - from) / 1000, unit: 'seconds' };
}
