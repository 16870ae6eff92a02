import {
  comesAfter,
  indexTaskOf,
  LAYOUTS,
  layoutOf,
  TEMPLATE_ANNOTATIONS,
} from '../pipeline';
import { CREDENTIAL_WORKSPACES } from '../render';
import { Path } from '../shape';
import { LintRule, tasksOf } from './LintRule';

const LOGINS: string[] = Object.values(CREDENTIAL_WORKSPACES);

/**
 * Tasks that hand files over in a volume run one after another, in a template
 * that says so: what one task has left there is then what the next one finds.
 */
export const layout: LintRule = template => {
  const { pipeline } = template;
  const path = ['metadata', 'annotations', TEMPLATE_ANNOTATIONS.layout];
  const told = pipeline.metadata.annotations?.[TEMPLATE_ANNOTATIONS.layout];
  const layouts: readonly string[] = LAYOUTS;
  if (told !== undefined && !layouts.includes(told)) {
    return [
      {
        path,
        message: `"${told}" is no layout that a template can have. Use one of: ${LAYOUTS.join(
          ', ',
        )}.`,
      },
    ];
  }
  const volumes = (pipeline.spec.workspaces ?? [])
    .map(({ name }, index) => ({ name, index }))
    .filter(({ name }) => !LOGINS.includes(name));
  if (layoutOf(pipeline) === 'pod') {
    return volumes.map(({ name, index }) => ({
      path: ['spec', 'workspaces', index],
      message: `The workspace "${name}" is none of a login. Hand files over in a volume with emptyDir, within one task; or in a volume between tasks, with the annotation ${TEMPLATE_ANNOTATIONS.layout}: tasks.`,
    }));
  }
  const [volume, ...more] = volumes;
  if (!volume) {
    return [
      {
        path,
        message:
          'Tasks hand files over in a volume, and the pipeline has no workspace for one. Declare a workspace beside those of logins, or take the annotation out.',
      },
    ];
  }
  if (more.length > 0) {
    return more.map(({ name, index }) => ({
      path: ['spec', 'workspaces', index],
      message: `Tekton lets a pod have one volume of its own alone, and "${volume.name}" is one already. Use folders of that instead of "${name}", by subPath.`,
    }));
  }
  const index = indexTaskOf(pipeline);
  if (index !== undefined) {
    return [
      {
        path,
        message: `The task "${index}" is for platforms that are built at once, each on nodes of its own, and a volume that tasks share is written by one at a time. Take one of the two annotations out.`,
      },
    ];
  }
  const tasks = tasksOf(template).map(({ task }) => task);
  const users = tasksOf(template).filter(({ task }) =>
    task.workspaces?.some(
      ({ name, workspace = name }) => workspace === volume.name,
    ),
  );
  return [
    ...(users.length > 1
      ? []
      : [
          {
            path,
            message: `Fewer than two tasks have the workspace "${volume.name}". Give it to those that hand files over, or take the annotation out.`,
          },
        ]),
    ...users.flatMap(({ task, path: at }, place) =>
      users
        .slice(0, place)
        .filter(
          other =>
            !comesAfter(task, other.task.name, tasks) &&
            (!isAtEnd(at) || isAtEnd(other.path)),
        )
        .map(other => ({
          path: at,
          message: `"${task.name}" and "${other.task.name}" have the same volume and may run at once, so that one could change what the other takes. Name "${other.task.name}" under runAfter of "${task.name}".`,
        })),
    ),
  ];
};

/** What is there for the end begins when all others are over. */
function isAtEnd(path: Path): boolean {
  return path.includes('finally');
}
