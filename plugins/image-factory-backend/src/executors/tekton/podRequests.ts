import { Preflight } from '@image-factory/backstage-plugin-image-factory-node';
import { quantityToNumber } from '../../clusters';
import { PipelineRun, PipelineTask, comesAfter } from '../../templates';

const MAX_TASKS = 16;

/**
 * The most that the pods of a run ask of their nodes at one time, as far as the
 * run says: the containers of a pod all count for as long as it lives, though
 * its steps run one after another, and tasks none of which waits for another may
 * all run at once.
 */
export function podRequests(run: PipelineRun): Preflight['requests'] {
  const { tasks, finally: atEnd = [] } = run.spec.pipelineSpec;
  const most = (resource: string) => {
    const asked = (task: PipelineTask) => requestOf(task, resource);
    // What is there for the end waits for all others.
    return greatest([
      heaviestSet(tasks, asked),
      ...(atEnd.length > 0 ? [total(atEnd.map(asked))] : []),
    ]);
  };
  const cpuCores = most('cpu');
  const memoryBytes = most('memory');
  return cpuCores === undefined && memoryBytes === undefined
    ? undefined
    : { cpuCores, memoryBytes };
}

function requestOf(
  { taskSpec }: PipelineTask,
  resource: string,
): number | undefined {
  return total(
    taskSpec.steps.map(({ computeResources }) => {
      const quantity = computeResources?.requests?.[resource];
      return quantity === undefined ? undefined : quantityToNumber(quantity);
    }),
  );
}

/** Of all sets of tasks that may run at once, what the one asks for that asks for most. */
function heaviestSet(
  tasks: PipelineTask[],
  asked: (task: PipelineTask) => number | undefined,
): number | undefined {
  // The sets double with each task. Nobody asks for more than all of them.
  if (tasks.length > MAX_TASKS) return total(tasks.map(asked));
  const heaviest = (some: PipelineTask[]): number | undefined => {
    const [task, ...rest] = some;
    if (!task) return undefined;
    const beside = rest.filter(
      other =>
        !comesAfter(other, task.name, tasks) &&
        !comesAfter(task, other.name, tasks),
    );
    const withIt = total([asked(task), heaviest(beside)]);
    return beside.length === rest.length
      ? withIt
      : greatest([withIt, heaviest(rest)]);
  };
  return heaviest(tasks);
}

/** Undefined where none of them is known. */
function total(values: (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined);
  return known.length === 0
    ? undefined
    : known.reduce((sum, value) => sum + value, 0);
}

function greatest(values: (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
