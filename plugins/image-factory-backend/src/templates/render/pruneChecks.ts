import { CHECK_KINDS, Checks } from '../../checks';
import { checkStepOf, Pipeline, PipelineSpec, PipelineTask } from '../pipeline';

const KINDS = Object.keys(CHECK_KINDS) as (keyof Checks)[];

/**
 * A pipeline without the steps of checks that are not asked for, and without
 * the results of its tasks and of its own that come from these.
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
    return {
      ...task,
      taskSpec: {
        ...taskSpec,
        ...(results ? { results } : {}),
        steps: taskSpec.steps.filter(({ name }) => !dropped.includes(name)),
      },
    };
  };
  const tasks = spec.tasks.map(prune);
  const atEnd = spec.finally?.map(prune);
  return {
    ...spec,
    ...(spec.results
      ? {
          results: spec.results.filter(
            ({ value = '' }) => !lost.some(each => value.includes(each)),
          ),
        }
      : {}),
    tasks,
    ...(atEnd ? { finally: atEnd } : {}),
  };
}
