import { layoutOf, PipelineRun, WorkspaceBinding } from '../pipeline';
import { RenderInput, RenderProblem, WorkspaceVolume } from './RenderInput';

/** The workspaces that the portal binds to Secrets. */
export const CREDENTIAL_WORKSPACES = {
  git: 'git-credentials',
  registry: 'registry-credentials',
  pull: 'pull-credentials',
} as const;

/** Of a Secret, the certificates of a private authority, where it has any. */
const CERTIFICATES = {
  items: [{ key: 'ca.crt', path: 'ca.crt' }],
  optional: true,
};

/**
 * Binds the Secrets to the workspaces that the template declares, and to the one
 * in which its tasks hand files over a volume that Tekton makes for the run. A
 * Secret that the template does not declare is left out: then no step can use it.
 */
export function renderWorkspaces({
  template,
  secrets,
  workspaceVolume,
}: RenderInput):
  | { workspaces: NonNullable<PipelineRun['spec']['workspaces']> }
  | { problems: RenderProblem[] } {
  const secretOf = new Map<string, string | undefined>([
    [CREDENTIAL_WORKSPACES.git, secrets.git],
    [CREDENTIAL_WORKSPACES.registry, secrets.registry],
    [CREDENTIAL_WORKSPACES.pull, secrets.pull],
  ]);
  const hasVolume = layoutOf(template.pipeline) === 'tasks';
  const isVolume = (name: string) => hasVolume && !secretOf.has(name);
  const declared = template.pipeline.spec.workspaces ?? [];
  const problems = declared.flatMap(({ name, optional }, index) => {
    if (isVolume(name)) {
      return workspaceVolume
        ? []
        : [
            {
              path: `/template/spec/workspaces/${index}`,
              message: `The tasks of the template ${template.name} ${template.version} hand files over in a volume, and none is configured for the cluster. Set imageFactory.executors.kubernetes.clusters[].workspaceVolume, or use a template whose steps are in one pod.`,
            },
          ];
    }
    return optional || secretOf.get(name)
      ? []
      : [
          {
            path: `/template/spec/workspaces/${index}`,
            message: secretOf.has(name)
              ? `The template cannot do without the workspace "${name}", and no Secret is configured for the host. Name one in the configuration of the cluster, or let the template mark the workspace as optional.`
              : `The template needs the workspace "${name}", which the portal does not bind. It binds ${[
                  ...secretOf.keys(),
                ].join(' and ')}. Use a volume with emptyDir.`,
          },
        ];
  });
  if (problems.length > 0) return { problems };
  return {
    workspaces: declared.flatMap(({ name }): WorkspaceBinding[] => {
      if (workspaceVolume && isVolume(name)) {
        return [{ name, ...claimOf(workspaceVolume) }];
      }
      const secretName = secretOf.get(name);
      if (!secretName) return [];
      const isWithoutLogin =
        name === CREDENTIAL_WORKSPACES.git && secrets.gitWithoutLogin;
      return [
        {
          name,
          secret: { secretName, ...(isWithoutLogin ? CERTIFICATES : {}) },
        },
      ];
    }),
  };
}

function claimOf({ storageClassName, size, accessModes }: WorkspaceVolume) {
  return {
    volumeClaimTemplate: {
      spec: {
        accessModes,
        resources: { requests: { storage: size } },
        ...(storageClassName === undefined ? {} : { storageClassName }),
      },
    },
  };
}
