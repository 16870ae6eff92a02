import {
  BuildConfig,
  ChosenTools,
  LocalPlan,
  LocalWorkspace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { join, posix } from 'node:path';
import { readDockerfileParameters } from '../dockerfile';
import { readPlatforms } from './readPlatforms';

/**
 * By the daemon of BuildKit that answers at its usual address. It builds and
 * writes the layout at once, so that nothing is left to export or to remove.
 */
export function buildxLocalPlan(
  config: BuildConfig,
  workspace: LocalWorkspace,
  tools: ChosenTools,
): LocalPlan {
  const tool = tools.build;
  if (!tool) {
    throw new Error('The buildx method was given no tool for "build"');
  }
  const { dockerfile, context, target, buildArgs, labels, noCache } =
    readDockerfileParameters(config.parameters);
  const platforms = readPlatforms(config);
  return {
    steps: [
      { name: 'clone-repo', action: { type: 'fetch-source' } },
      {
        name: 'build-image',
        action: {
          type: 'commands',
          commands: [
            {
              argv: [
                tool.path,
                ...tool.globalArgs,
                'build',
                '--progress=plain',
                '--frontend=dockerfile.v0',
                ...(noCache ? ['--no-cache'] : []),
                `--local=context=${join(workspace.source, context)}`,
                `--local=dockerfile=${join(
                  workspace.source,
                  posix.dirname(dockerfile),
                )}`,
                `--opt=filename=${posix.basename(dockerfile)}`,
                ...(target ? [`--opt=target=${target}`] : []),
                ...(platforms.length > 0
                  ? [`--opt=platform=${platforms.join(',')}`]
                  : []),
                ...buildArgs.map(
                  ([name, value]) => `--opt=build-arg:${name}=${value}`,
                ),
                ...labels.map(
                  ([name, value]) => `--opt=label:${name}=${value}`,
                ),
                `--output=type=oci,dest=${workspace.layout}`,
              ],
            },
          ],
        },
      },
      { name: 'push-image', action: { type: 'export-image', commands: [] } },
    ],
    cleanup: [],
  };
}
