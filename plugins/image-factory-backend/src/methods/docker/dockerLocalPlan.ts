import {
  BaseImageQuery,
  BuildConfig,
  ChosenTool,
  ChosenTools,
  LocalCommand,
  LocalPlan,
  LocalWorkspace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { basename, join } from 'node:path';
import { DockerfileParameters, readDockerfileParameters } from '../dockerfile';
import { baseReferences } from './baseReferences';

/**
 * How each tool builds, exports and forgets an image. While it is built the
 * image has a name of the run's own: the real one could be a user's image in a
 * store that is shared, or another build's at the same time.
 */
export function dockerLocalPlan(
  config: BuildConfig,
  workspace: LocalWorkspace,
  tools: ChosenTools,
): LocalPlan {
  const tool = tools.build;
  if (!tool) {
    throw new Error('The docker method was given no tool for "build"');
  }
  const image = `localhost/image-factory/${basename(workspace.root)}`;
  const parameters = readDockerfileParameters(config.parameters);
  return {
    steps: [
      { name: 'clone-repo', action: { type: 'fetch-source' } },
      {
        name: 'build-image',
        action: {
          type: 'commands',
          commands: [
            buildCommand({ config, workspace, tool, image, parameters }),
          ],
          baseImages: readSource =>
            baseImageQueries(tool, parameters, readSource),
        },
      },
      {
        name: 'push-image',
        action: {
          type: 'export-image',
          commands: [exportCommand({ workspace, tool, image })],
        },
      },
    ],
    cleanup: [command(tool, ['rmi', '--force', image])],
  };
}

function buildCommand(options: {
  config: BuildConfig;
  workspace: LocalWorkspace;
  tool: ChosenTool;
  image: string;
  parameters: DockerfileParameters;
}): LocalCommand {
  const { config, workspace, tool, image, parameters } = options;
  const { dockerfile, context, target, buildArgs, labels, noCache } =
    parameters;
  return command(tool, [
    'build',
    ...toolOptions(tool),
    `--tag=${image}`,
    `--file=${fileValue(tool, join(workspace.source, dockerfile))}`,
    ...(noCache ? ['--no-cache'] : []),
    ...(target ? [`--target=${target}`] : []),
    ...(config.platforms.length > 0
      ? [`--platform=${config.platforms.join(',')}`]
      : []),
    ...buildArgs.map(([name, value]) => `--build-arg=${name}=${value}`),
    ...labels.map(([name, value]) => `--label=${name}=${value}`),
    join(workspace.source, context),
  ]);
}

/**
 * Podman and Buildah take it for a list with commas, in which quotation marks
 * have a meaning: of the path `x,/etc/shadow` they would read a file of the
 * machine, and show what is in it. Docker takes it as it is.
 */
function fileValue(tool: ChosenTool, path: string): string {
  return tool.name === 'docker' || !/[",]/.test(path)
    ? path
    : `"${path.replaceAll('"', '""')}"`;
}

/**
 * Podman and Buildah get the same options: layers are not kept, since nothing
 * would ever remove them, and the format is the layout's, so that the digest
 * does not change on export.
 */
function toolOptions(tool: ChosenTool): string[] {
  if (tool.name === 'docker') {
    return [];
  }
  return [
    ...(tool.settings.isolation
      ? [`--isolation=${tool.settings.isolation}`]
      : []),
    // Otherwise the commands of the Dockerfile get the URL of the proxy.
    ...(tool.settings.httpProxy
      ? [`--http-proxy=${tool.settings.httpProxy}`]
      : []),
    '--format=oci',
    '--layers=false',
    '--force-rm',
  ];
}

/** BuildKit keeps what it takes to itself, so Docker cannot be asked. */
function baseImageQueries(
  tool: ChosenTool,
  { dockerfile, buildArgs }: DockerfileParameters,
  readSource: (path: string) => string | undefined,
): BaseImageQuery[] {
  const text = readSource(dockerfile);
  if (text === undefined || tool.name === 'docker') return [];
  const inspect =
    tool.name === 'podman'
      ? ['image', 'inspect', '--format={{.Digest}}']
      : ['inspect', '--type=image', '--format={{.FromImageDigest}}'];
  return baseReferences(text, buildArgs).map(reference => ({
    reference,
    command: command(tool, [...inspect, '--', reference]),
  }));
}

function exportCommand(options: {
  workspace: LocalWorkspace;
  tool: ChosenTool;
  image: string;
}): LocalCommand {
  const { workspace, tool, image } = options;
  switch (tool.name) {
    case 'docker':
      return command(tool, ['save', `--output=${workspace.layout}`, image]);
    case 'podman':
      return command(tool, [
        'save',
        '--format=oci-dir',
        `--output=${workspace.layout}`,
        image,
      ]);
    default:
      return command(tool, ['push', image, `oci:${workspace.layout}`]);
  }
}

function command(tool: ChosenTool, args: string[]): LocalCommand {
  return {
    argv: [tool.path, ...tool.globalArgs, ...args],
    env: tool.name === 'docker' ? dockerEnvironment(tool) : undefined,
  };
}

/** Attestations would turn the image into an index of two; the log has no terminal to redraw. */
function dockerEnvironment(tool: ChosenTool): Record<string, string> {
  return {
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    BUILDKIT_PROGRESS: 'plain',
    ...(tool.settings.host
      ? { DOCKER_HOST: tool.settings.host, DOCKER_CONTEXT: '' }
      : {}),
  };
}
