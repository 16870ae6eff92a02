/** A task of a pipeline, as far as its place among the others goes. */
export type OrderedTask = {
  name: string;
  runAfter?: string[];
  params?: unknown;
  when?: unknown;
  matrix?: unknown;
};

const RESULT_OF = /\$\(tasks\.([\w-]+)\.results[.[]/g;

/** The tasks that end before a task begins: those that it names, and those whose results it takes. */
export function tasksBefore({
  runAfter = [],
  params,
  when,
  matrix,
}: OrderedTask): string[] {
  const taken = JSON.stringify([params, when, matrix]).matchAll(RESULT_OF);
  return [...new Set([...runAfter, ...[...taken].map(([, task]) => task)])];
}

/** Whether a task begins only when another one has ended, by those between them as well. */
export function comesAfter(
  task: OrderedTask,
  before: string,
  tasks: OrderedTask[],
  seen: string[] = [],
): boolean {
  // Tekton takes no circle, but whoever looks at one would look for ever.
  if (seen.includes(task.name)) return false;
  return tasksBefore(task).some(name => {
    const other = tasks.find(each => each.name === name);
    return (
      name === before ||
      (other !== undefined &&
        comesAfter(other, before, tasks, [...seen, task.name]))
    );
  });
}
