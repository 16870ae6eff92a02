import { ParamSpec } from '../pipeline';
import { Path } from '../shape';
import { Finding, LintRule, tasksOf } from './LintRule';

/** A default is of the type that is declared. */
export const parameterTypes: LintRule = template => [
  ...check(template.parameters, ['spec', 'params']),
  ...tasksOf(template).flatMap(({ task, path }) =>
    check(task.taskSpec.params ?? [], [...path, 'taskSpec', 'params']),
  ),
];

function check(params: ParamSpec[], path: Path): Finding[] {
  return params.flatMap(({ name, type = 'string', default: value }, index) =>
    value === undefined || Array.isArray(value) === (type === 'array')
      ? []
      : [
          {
            path: [...path, index, 'default'],
            message: `The parameter "${name}" is of the type ${type}, and its default is not. ${
              type === 'array'
                ? 'Write the default as a list'
                : 'Set type to array'
            }.`,
          },
        ],
  );
}
