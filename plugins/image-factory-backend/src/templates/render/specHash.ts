import { createHash } from 'node:crypto';
import { PipelineRun } from '../pipeline';

/** The same for the same spec, in whatever order its fields are. */
export function specHash({ spec }: Pick<PipelineRun, 'spec'>): string {
  return `sha256:${createHash('sha256').update(canonical(spec)).digest('hex')}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value);
}
