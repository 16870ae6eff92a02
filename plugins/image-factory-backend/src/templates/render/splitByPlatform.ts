import {
  Param,
  ParamValue,
  PipelineSpec,
  PipelineTask,
  Result,
} from '../pipeline';
import { PLATFORMS_PARAMETER, PlatformTask } from './platformTasks';

/**
 * A pipeline in which each platform has a copy of the task that builds, and one
 * more task makes an index of their images.
 *
 * What comes of the task that builds for others comes then of the index where
 * that has a result of the same name, and else of the first platform; the index
 * itself is handed those of all: an item of a list becomes as many.
 *
 * @param spec - with what a build fills in of each step
 * @param names - of the task that builds and of the one that makes the index
 */
export function splitByPlatform(
  spec: PipelineSpec,
  names: { build: string; index: string },
  platforms: PlatformTask[],
): PipelineSpec {
  const index = spec.tasks.find(({ name }) => name === names.index);
  const ofIndex = new Set(
    (index?.taskSpec.results ?? []).map(result => result.name),
  );
  const ofBuild = new RegExp(
    `\\$\\(tasks\\.${names.build}\\.results\\.([\\w-]+)`,
    'g',
  );
  const from = (text: string, task: string) =>
    text.replace(ofBuild, (_, result) => `$(tasks.${task}.results.${result}`);
  const fromOne = (text: string) =>
    text.replace(ofBuild, (_, result) => {
      const task = ofIndex.has(result) ? names.index : platforms[0].task;
      return `$(tasks.${task}.results.${result}`;
    });
  const fromEach = (value: ParamValue) =>
    Array.isArray(value)
      ? value.flatMap(item =>
          item.search(ofBuild) < 0
            ? [item]
            : platforms.map(({ task }) => from(item, task)),
        )
      : from(value, platforms[0].task);
  const later = (task: PipelineTask): PipelineTask => ({
    ...task,
    ...(task.params
      ? {
          params: task.params.map(({ name, value }) => ({
            name,
            value:
              task.name === names.index
                ? fromEach(value)
                : mapText(value, fromOne),
          })),
        }
      : {}),
    ...(task.when
      ? {
          when: task.when.map(each => ({
            ...each,
            input: fromOne(each.input),
            values: each.values.map(fromOne),
          })),
        }
      : {}),
    ...(task.runAfter
      ? {
          runAfter: task.runAfter.flatMap(name =>
            name === names.build ? platforms.map(each => each.task) : [name],
          ),
        }
      : {}),
  });
  return {
    ...spec,
    ...(spec.results
      ? { results: spec.results.map(result => mapValue(result, fromOne)) }
      : {}),
    tasks: spec.tasks.flatMap(task =>
      task.name === names.build
        ? platforms.map(platform => copyFor(task, platform))
        : [later(task)],
    ),
    ...(spec.finally ? { finally: spec.finally.map(later) } : {}),
  };
}

/** The task that builds, for one platform alone. */
export function copyFor(
  task: PipelineTask,
  { platform, task: name, stepName }: PlatformTask,
): PipelineTask {
  const rename = (text: string) =>
    text.replace(
      /\$\(steps\.([\w-]+)\./g,
      (_, step) => `$(steps.${stepName(step)}.`,
    );
  const { taskSpec, displayName } = task;
  return {
    ...task,
    name,
    displayName: `${displayName ?? task.name} (${platform})`,
    params: (task.params ?? []).map(
      (param): Param =>
        param.name === PLATFORMS_PARAMETER
          ? { ...param, value: [platform] }
          : param,
    ),
    taskSpec: {
      ...taskSpec,
      ...(taskSpec.results
        ? { results: taskSpec.results.map(each => mapValue(each, rename)) }
        : {}),
      steps: taskSpec.steps.map(step => ({
        ...step,
        name: stepName(step.name),
        ...(step.args ? { args: step.args.map(rename) } : {}),
        ...(step.env
          ? {
              env: step.env.map(variable =>
                variable.value === undefined
                  ? variable
                  : { ...variable, value: rename(variable.value) },
              ),
            }
          : {}),
        ...(step.script ? { script: rename(step.script) } : {}),
      })),
    },
  };
}

function mapValue(result: Result, change: (text: string) => string): Result {
  return result.value === undefined
    ? result
    : { ...result, value: change(result.value) };
}

function mapText(
  value: ParamValue,
  change: (text: string) => string,
): ParamValue {
  return Array.isArray(value) ? value.map(change) : change(value);
}
