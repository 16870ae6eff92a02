import { PipelineTask, PipelineTemplate, Step, TaskSpec } from '../pipeline';
import { Path } from '../shape';

/** What a rule has against a template. */
export type Finding = {
  path: Path;
  message: string;
  /** The part of the value that is meant, where it is long. */
  quote?: string;
};

/** One thing that a template must or may not do. */
export type LintRule = (template: PipelineTemplate) => Finding[];

/** A task and where it is. */
export type PlacedTask = { task: PipelineTask; path: Path };

/** A step, where it is, and the task that it is of. */
export type PlacedStep = { step: Step; path: Path; taskSpec: TaskSpec };

/** All tasks, those at the end too. */
export function tasksOf({ pipeline }: PipelineTemplate): PlacedTask[] {
  return (['tasks', 'finally'] as const).flatMap(list =>
    (pipeline.spec[list] ?? []).map((task, index) => ({
      task,
      path: ['spec', list, index],
    })),
  );
}

/** The steps of all tasks. */
export function stepsOf(template: PipelineTemplate): PlacedStep[] {
  return tasksOf(template).flatMap(({ task: { taskSpec }, path }) =>
    taskSpec.steps.map((step, index) => ({
      step,
      taskSpec,
      path: [...path, 'taskSpec', 'steps', index],
    })),
  );
}
