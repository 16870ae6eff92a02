import {
  buildTaskOf,
  checkStepOf,
  indexTaskOf,
  PipelineTask,
  PipelineTemplate,
  TEMPLATE_ANNOTATIONS,
} from '../pipeline';
import { PLATFORMS_PARAMETER } from '../render';
import { Path } from '../shape';
import { Finding, LintRule, tasksOf } from './LintRule';

const AT: Path = ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.indexTask];

/**
 * The task that makes an index is left out of runs in which one task builds all
 * platforms: nothing else may need it. Where it is in, it takes the images of
 * all, and the task that builds is one for each.
 */
export const indexTask: LintRule = template => {
  const { pipeline } = template;
  const name = indexTaskOf(pipeline);
  if (name === undefined) return [];
  const { tasks } = pipeline.spec;
  const found = tasks.findIndex(task => task.name === name);
  if (found < 0) {
    return [
      {
        path: AT,
        message: `There is no task "${name}". Name one of: ${tasks
          .map(task => task.name)
          .join(', ')}; or take the annotation out.`,
      },
    ];
  }
  const build = buildTaskOf(pipeline);
  if (!build) return [];
  if (build.name === name) {
    return [
      {
        path: AT,
        message: `The task "${name}" is the one that builds, and cannot make an index of what several of it build. Name another one.`,
      },
    ];
  }
  return [
    ...findBuildProblems(template, build),
    ...findIndexProblems(tasks[found], build, ['spec', 'tasks', found]),
    ...findUsers(template, name),
  ];
};

function findBuildProblems(
  { pipeline }: PipelineTemplate,
  build: PipelineTask,
): Finding[] {
  const path = ['spec', 'tasks', pipeline.spec.tasks.indexOf(build)];
  const param = build.params?.find(each => each.name === PLATFORMS_PARAMETER);
  const names = build.taskSpec.steps.map(step => step.name);
  const checks = (['sbom', 'scan'] as const).flatMap(
    check => checkStepOf(pipeline, check) ?? [],
  );
  return [
    ...(Array.isArray(param?.value)
      ? []
      : [
          {
            path: [...path, 'params'],
            message: `The task "${build.name}" is told by the parameter "${PLATFORMS_PARAMETER}", a list, for which platform it builds. Give it that parameter.`,
          },
        ]),
    ...checks
      .filter(step => !names.includes(step))
      .map(step => ({
        path: AT,
        message: `The step "${step}" has to look at the image of each platform. Put it into the task "${build.name}".`,
      })),
  ];
}

function findIndexProblems(
  index: PipelineTask,
  build: PipelineTask,
  path: Path,
): Finding[] {
  const digest = `$(tasks.${build.name}.results.IMAGE_DIGEST)`;
  const isTaken = (index.params ?? []).some(
    ({ value }) => Array.isArray(value) && value.includes(digest),
  );
  const results = (index.taskSpec.results ?? []).map(({ name }) => name);
  return [
    ...(isTaken
      ? []
      : [
          {
            path: [...path, 'params'],
            message: `The task "${index.name}" does not take the images that it makes an index of. Give it a parameter whose value is the list ['${digest}'], which has then one item for each platform.`,
          },
        ]),
    ...['IMAGE_URL', 'IMAGE_DIGEST']
      .filter(name => !results.includes(name))
      .map(name => ({
        path: [...path, 'taskSpec', 'results'],
        message: `The task "${index.name}" has no result ${name}, so that the image of the build would be that of one platform. Declare it.`,
      })),
  ];
}

function findUsers(template: PipelineTemplate, name: string): Finding[] {
  const quote = `$(tasks.${name}.results.`;
  const why = `The task "${name}" is there only where each platform is built by a task of its own.`;
  return [
    ...(template.pipeline.spec.results ?? []).flatMap(({ value = '' }, place) =>
      value.includes(quote)
        ? [
            {
              path: ['spec', 'results', place, 'value'],
              quote,
              message: `${why} Name the result of the task that builds: that of the index takes its place by itself.`,
            },
          ]
        : [],
    ),
    ...tasksOf(template).flatMap(({ task, path }) => [
      ...(JSON.stringify([task.params, task.when]).includes(quote)
        ? [
            {
              path,
              message: `${why} Let "${task.name}" take the result of the task that builds: that of the index takes its place by itself.`,
            },
          ]
        : []),
      ...(task.runAfter?.includes(name)
        ? [
            {
              path: [...path, 'runAfter'],
              message: `${why} Let "${task.name}" take a result of the task that builds, which has it wait for the index as well.`,
            },
          ]
        : []),
    ]),
  ];
}
