import { LintRule, stepsOf, tasksOf } from './LintRule';

const STEP_IMAGE = /^step-images\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
const PINNED = /@sha256:[0-9a-f]{64}$/;

const WHICH_IMAGE =
  'Use step-images/<name>, for which the operator configures an image, or pin it by its digest.';

/** A step says what it runs, and of which image. */
export const stepPrograms: LintRule = template => [
  ...tasksOf(template).flatMap(({ task, path }) => {
    const image = task.taskSpec.stepTemplate?.image;
    return image === undefined || isFixed(image)
      ? []
      : [
          {
            path: [...path, 'taskSpec', 'stepTemplate', 'image'],
            message: `What the image "${image}" is can change from build to build. ${WHICH_IMAGE}`,
          },
        ];
  }),
  ...stepsOf(template).flatMap(({ step, path, taskSpec }) => {
    const { name, image, script } = step;
    const common = taskSpec.stepTemplate;
    const command = step.command ?? common?.command ?? [];
    return [
      ...(image === undefined && common?.image === undefined
        ? [{ path, message: `The step "${name}" has no image. ${WHICH_IMAGE}` }]
        : []),
      ...(image !== undefined && !isFixed(image)
        ? [
            {
              path: [...path, 'image'],
              message: `What the image "${image}" is can change from build to build. ${WHICH_IMAGE}`,
            },
          ]
        : []),
      ...(script && command.length > 0
        ? [
            {
              path: [...path, 'script'],
              message: `The step "${name}" has a script and a command, of which Tekton takes one. Take one out.`,
            },
          ]
        : []),
      ...(!script && command.length === 0
        ? [
            {
              path,
              message: `The step "${name}" has neither script nor command, so that Tekton would ask the registry of its image for one. Add one.`,
            },
          ]
        : []),
    ];
  }),
];

function isFixed(image: string): boolean {
  return STEP_IMAGE.test(image) || PINNED.test(image);
}
