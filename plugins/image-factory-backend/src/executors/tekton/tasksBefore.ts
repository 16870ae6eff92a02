/** A task of a PipelineRun, as far as its place among the others goes. */
export type PipelineTaskObject = {
  name: string;
  runAfter?: string[];
  params?: unknown;
  when?: unknown;
  matrix?: unknown;
  taskSpec?: { steps?: { name: string }[] };
};

const RESULT_OF = /\$\(tasks\.([\w-]+)\.results[.[]/g;

/** The tasks that end before a task begins: those that it names, and those whose results it takes. */
export function tasksBefore({
  runAfter = [],
  params,
  when,
  matrix,
}: PipelineTaskObject): string[] {
  const taken = JSON.stringify([params, when, matrix]).matchAll(RESULT_OF);
  return [...new Set([...runAfter, ...[...taken].map(([, task]) => task)])];
}
