import { PipelineRun } from '../pipeline';
import { RenderInput, RenderProblem } from './RenderInput';

/** The workspaces that the portal binds, each to a Secret. */
export const CREDENTIAL_WORKSPACES = {
  git: 'git-credentials',
  registry: 'registry-credentials',
  pull: 'pull-credentials',
} as const;

/**
 * Binds the Secrets to the workspaces that the template declares. One that it
 * does not declare is left out: then no step can use it.
 */
export function renderWorkspaces({
  template,
  secrets,
}: RenderInput):
  | { workspaces: NonNullable<PipelineRun['spec']['workspaces']> }
  | { problems: RenderProblem[] } {
  const secretOf = new Map<string, string | undefined>([
    [CREDENTIAL_WORKSPACES.git, secrets.git],
    [CREDENTIAL_WORKSPACES.registry, secrets.registry],
    [CREDENTIAL_WORKSPACES.pull, secrets.pull],
  ]);
  const declared = template.pipeline.spec.workspaces ?? [];
  const problems = declared.flatMap(({ name, optional }, index) =>
    optional || secretOf.get(name)
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
        ],
  );
  if (problems.length > 0) return { problems };
  return {
    workspaces: declared.flatMap(({ name }) => {
      const secretName = secretOf.get(name);
      return secretName ? [{ name, secret: { secretName } }] : [];
    }),
  };
}
