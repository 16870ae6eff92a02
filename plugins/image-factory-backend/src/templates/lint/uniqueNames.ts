import { Path } from '../shape';
import { Finding, LintRule, stepsOf, tasksOf } from './LintRule';

/** A container is called `step-<name>`, in at most 63 characters. */
const MAX_STEP_NAME = 58;

/** What has a name has one of its own. */
export const uniqueNames: LintRule = template => {
  const { spec } = template.pipeline;
  return [
    ...repeated(spec.params, ['spec', 'params']),
    ...repeated(spec.workspaces, ['spec', 'workspaces']),
    ...repeated(spec.results, ['spec', 'results']),
    ...repeated(
      tasksOf(template).map(({ task }) => task),
      ['spec'],
      tasksOf(template).map(({ path }) => path),
    ),
    ...tasksOf(template).flatMap(({ task, path }) => [
      ...repeated(task.params, [...path, 'params']),
      ...(['params', 'workspaces', 'results', 'volumes'] as const).flatMap(
        list => repeated(task.taskSpec[list], [...path, 'taskSpec', list]),
      ),
    ]),
    // A page and a log are found by the name of a step alone.
    ...repeated(
      stepsOf(template).map(({ step }) => step),
      ['spec'],
      stepsOf(template).map(({ path }) => path),
    ),
    ...stepsOf(template).flatMap(({ step, path }) => [
      ...repeated(step.env, [...path, 'env']),
      ...repeated(step.results, [...path, 'results']),
      ...(step.name.length > MAX_STEP_NAME
        ? [
            {
              path: [...path, 'name'],
              message: `The name of a step is that of its container without "step-". Shorten it to ${MAX_STEP_NAME} characters.`,
            },
          ]
        : []),
    ]),
  ];
};

function repeated(
  named: { name: string }[] | undefined,
  path: Path,
  paths?: Path[],
): Finding[] {
  const seen = new Set<string>();
  return (named ?? []).flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      {
        path: [...(paths?.[index] ?? [...path, index]), 'name'],
        message: `"${name}" is there twice. Give one of them another name.`,
      },
    ];
  });
}
