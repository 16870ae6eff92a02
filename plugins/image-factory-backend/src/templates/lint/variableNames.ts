import { EnvVar } from '../pipeline';
import { Path } from '../shape';
import { Finding, LintRule, stepsOf, tasksOf } from './LintRule';
import { findUserText } from './userText';

/** By these a value chooses what programs run or load. */
const STEERING =
  /^(?:PATH|HOME|HOSTNAME|IFS|ENV|SHELL|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|BASH_ENV|BASH_FUNC_.*|LD_.*|NODE_OPTIONS|PYTHON.*|PERL5.*|RUBY.*|JAVA_TOOL_OPTIONS|GIT_.*|SSH_.*|DOCKER_.*|CONTAINERS_.*|REGISTRY_AUTH_FILE|BUILDAH_.*|STORAGE_.*|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)$/;

/** A variable that a user fills is one that the template's own script reads, and nothing else. */
export const variableNames: LintRule = template => [
  ...tasksOf(template).flatMap(({ task, path }) =>
    findSteering(task.taskSpec.stepTemplate?.env, [
      ...path,
      'taskSpec',
      'stepTemplate',
    ]),
  ),
  ...stepsOf(template).flatMap(({ step, path }) =>
    findSteering(step.env, path),
  ),
];

function findSteering(env: EnvVar[] | undefined, path: Path): Finding[] {
  return (env ?? []).flatMap(({ name, value }, index) =>
    STEERING.test(name) && findUserText(value ?? '')
      ? [
          {
            path: [...path, 'env', index, 'name'],
            message: `A user’s text in ${name} would choose what programs do. Give the variable a name of the template’s own.`,
          },
        ]
      : [],
  );
}
