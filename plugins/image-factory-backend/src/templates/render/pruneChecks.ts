import { CHECK_KINDS, Checks } from '../../checks';
import {
  checkStepOf,
  Pipeline,
  PipelineSpec,
  PipelineTask,
  Step,
} from '../pipeline';

const KINDS = Object.keys(CHECK_KINDS) as (keyof Checks)[];

/**
 * A pipeline without the steps of checks that are not asked for, without the
 * results of its tasks and of its own that come from these, without the items of
 * lists that do, and without the logins that are for these steps alone.
 */
export function pruneChecks(pipeline: Pipeline, checks: Checks): PipelineSpec {
  const dropped = KINDS.flatMap(
    check => (!checks[check] && checkStepOf(pipeline, check)) || [],
  );
  const { spec } = pipeline;
  if (dropped.length === 0) return spec;
  const lost: string[] = [];
  const prune = (task: PipelineTask): PipelineTask => {
    const { taskSpec } = task;
    const ofDropped = dropped.map(name => `$(steps.${name}.results.`);
    const results = taskSpec.results?.filter(({ name, value = '' }) => {
      const isKept = !ofDropped.some(reference => value.includes(reference));
      if (!isKept) lost.push(`$(tasks.${task.name}.results.${name})`);
      return isKept;
    });
    const steps = taskSpec.steps.filter(({ name }) => !dropped.includes(name));
    const isBared = baredBy(taskSpec.steps, steps);
    return {
      ...withoutBared(task, isBared),
      taskSpec: {
        ...withoutBared(taskSpec, isBared),
        ...(results ? { results } : {}),
        steps,
      },
    };
  };
  const isLost = (text: string) => lost.some(each => text.includes(each));
  // Of a list only the items: whoever takes what there is of several has fewer then.
  const shorten = (task: PipelineTask): PipelineTask => ({
    ...task,
    ...(task.params
      ? {
          params: task.params.map(({ name, value }) => ({
            name,
            value: Array.isArray(value)
              ? value.filter(item => !isLost(item))
              : value,
          })),
        }
      : {}),
  });
  const pruned = spec.tasks.map(prune);
  const prunedAtEnd = spec.finally?.map(prune);
  const tasks = pruned.map(shorten);
  const atEnd = prunedAtEnd?.map(shorten);
  return {
    ...spec,
    ...(spec.results
      ? {
          results: spec.results.filter(({ value = '' }) => !isLost(value)),
        }
      : {}),
    tasks,
    ...(atEnd ? { finally: atEnd } : {}),
  };
}

/** Tekton gives a workspace to all steps where none lists it any more: such as no step is left that it is for. */
function baredBy(written: Step[], kept: Step[]) {
  const listedIn = (steps: Step[]) =>
    new Set(
      steps.flatMap(step => step.workspaces?.map(each => each.name) ?? []),
    );
  const before = listedIn(written);
  const after = listedIn(kept);
  return (name: string) => before.has(name) && !after.has(name);
}

function withoutBared<T extends { workspaces?: { name: string }[] }>(
  holder: T,
  isBared: (name: string) => boolean,
): T {
  const { workspaces } = holder;
  return workspaces?.some(({ name }) => isBared(name))
    ? { ...holder, workspaces: workspaces.filter(({ name }) => !isBared(name)) }
    : holder;
}
