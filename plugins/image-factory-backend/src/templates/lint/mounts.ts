import { LintRule, stepsOf } from './LintRule';

/** Folders of Tekton, and those that hold what the container itself is made of. */
const TAKEN = /^\/(?:tekton|proc|sys|dev|etc|bin|sbin|lib\w*|usr)?(?:\/|$)/;

/** A volume is at a place of its own. */
export const mounts: LintRule = template =>
  stepsOf(template).flatMap(({ step, path }) => [
    ...(step.volumeMounts ?? []).flatMap(({ mountPath, subPath }, index) => [
      ...(!isPlain(mountPath) || TAKEN.test(mountPath)
        ? [
            {
              path: [...path, 'volumeMounts', index, 'mountPath'],
              message: `"${mountPath}" cannot be where a volume is. Use a folder of its own, such as /image-factory/source.`,
            },
          ]
        : []),
      ...(subPath?.split('/').includes('..')
        ? [
            {
              path: [...path, 'volumeMounts', index, 'subPath'],
              message: 'A path in a volume may not leave it. Take ".." out.',
            },
          ]
        : []),
    ]),
    ...(step.workspaces ?? []).flatMap(({ mountPath }, index) =>
      mountPath === undefined || (isPlain(mountPath) && !TAKEN.test(mountPath))
        ? []
        : [
            {
              path: [...path, 'workspaces', index, 'mountPath'],
              message: `"${mountPath}" cannot be where a workspace is. Leave it out: it is then in /workspace.`,
            },
          ],
    ),
  ]);

function isPlain(path: string): boolean {
  return path.startsWith('/') && !path.split('/').includes('..');
}
