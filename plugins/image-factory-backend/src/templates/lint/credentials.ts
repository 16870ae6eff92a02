import { CREDENTIAL_WORKSPACES } from '../render';
import { LintRule, tasksOf } from './LintRule';

const NAMES: string[] = Object.values(CREDENTIAL_WORKSPACES);

/** Tekton gives a workspace to all steps of a task unless some step lists it. */
export const credentials: LintRule = template => {
  const bound = tasksOf(template).flatMap(({ task, path }) =>
    (task.workspaces ?? [])
      .filter(({ name, workspace }) => NAMES.includes(workspace ?? name))
      .map(({ name }) => ({ name, task, path })),
  );
  return bound.flatMap(({ name, task: { taskSpec }, path }) => {
    const holders = taskSpec.steps.filter(step =>
      step.workspaces?.some(workspace => workspace.name === name),
    );
    return holders.length > 0
      ? []
      : [
          {
            path: [...path, 'taskSpec', 'steps'],
            message: `No step lists the workspace "${name}", so that every step would have the login. List it under workspaces of the step that needs it.`,
          },
        ];
  });
};
