import {
  ParameterProblem,
  SourceView,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { posix } from 'node:path';
import { parseDockerfile } from './parseDockerfile';
import {
  DockerfileParameters,
  readDockerfileParameters,
} from './readDockerfileParameters';

const MAX_DOCKERFILE_BYTES = 1024 * 1024;

const CONTEXT = '/context-path';
const DOCKERFILE = '/dockerfile-path';
const TARGET = '/target';

const ELSEWHERE =
  'Name a Dockerfile in the context, or choose a context that holds it.';

/**
 * Looks whether the sources have what the parameters name; where they cannot be
 * looked at yet, only whether the paths can be any of theirs. Stops at the first
 * thing that is wrong, since the later ones would only follow from it.
 */
export async function validateDockerfileParameters(
  parameters: JsonObject,
  source: SourceView | undefined,
): Promise<ParameterProblem[]> {
  const read = readDockerfileParameters(parameters);
  const problem = source
    ? (await findContextProblem(read, source)) ??
      (await findDockerfileProblem(read, source)) ??
      (await findContentProblem(read, source))
    : findPathProblem(read);
  return problem ? [problem] : [];
}

/** What is wrong with the paths, whatever is at them. */
function findPathProblem({
  context,
  dockerfile,
}: DockerfileParameters): ParameterProblem | undefined {
  if (posix.isAbsolute(context) || !isInside(context, '.')) {
    return contextOutside(context);
  }
  if (posix.isAbsolute(dockerfile)) {
    return dockerfileAbsolute(dockerfile);
  }
  return isInside(dockerfile, context)
    ? undefined
    : dockerfileOutside(dockerfile, context, ELSEWHERE);
}

async function findContextProblem(
  { context }: DockerfileParameters,
  source: SourceView,
): Promise<ParameterProblem | undefined> {
  switch (await source.stat(context)) {
    case 'directory':
      return undefined;
    case 'file':
      return {
        path: CONTEXT,
        message: `The build context "${context}" is a file. Name the folder that holds it, such as "${posix.dirname(
          context,
        )}".`,
      };
    case 'outside':
      return contextOutside(context);
    default:
      return {
        path: CONTEXT,
        message: `The build context "${context}" is not in the source. Name a folder of the source; "." is all of it.`,
      };
  }
}

async function findDockerfileProblem(
  read: DockerfileParameters,
  source: SourceView,
): Promise<ParameterProblem | undefined> {
  const { dockerfile, context } = read;
  if (posix.isAbsolute(dockerfile)) {
    return dockerfileAbsolute(dockerfile);
  }
  if (!isInside(dockerfile, context)) {
    const meant = posix.join(context, dockerfile);
    const advice =
      (await source.stat(meant)) === 'file' ? `Write "${meant}".` : ELSEWHERE;
    return dockerfileOutside(dockerfile, context, advice);
  }
  switch (await source.stat(dockerfile)) {
    case 'file':
      return findLinkProblem(read, source);
    case 'directory':
      return {
        path: DOCKERFILE,
        message: `"${dockerfile}" is a folder. Name the Dockerfile in it, such as "${posix.join(
          dockerfile,
          'Dockerfile',
        )}".`,
      };
    case 'outside':
      return {
        path: DOCKERFILE,
        message: `The Dockerfile "${dockerfile}" leads outside the source by a symbolic link. Put the file itself into the source.`,
      };
    default:
      return {
        path: DOCKERFILE,
        message: `There is no Dockerfile at "${dockerfile}" in the source. Add one there, or set dockerfile-path to where it is.`,
      };
  }
}

/** The path lies in the context, yet may lead out of it. */
async function findLinkProblem(
  { dockerfile, context }: DockerfileParameters,
  source: SourceView,
): Promise<ParameterProblem | undefined> {
  const realFile = await source.realPath?.(dockerfile);
  const realContext = await source.realPath?.(context);
  if (
    realFile === undefined ||
    realContext === undefined ||
    isInside(realFile, realContext)
  ) {
    return undefined;
  }
  return {
    path: DOCKERFILE,
    message: `The Dockerfile "${dockerfile}" leads out of the build context "${context}" by a symbolic link (to "${realFile}"). Put the file itself into the context.`,
  };
}

async function findContentProblem(
  { dockerfile, target }: DockerfileParameters,
  source: SourceView,
): Promise<ParameterProblem | undefined> {
  const content = await source.readText(dockerfile, MAX_DOCKERFILE_BYTES);
  if (content === undefined) {
    return {
      path: DOCKERFILE,
      message: `"${dockerfile}" cannot be read as text of at most 1 MiB. Name the Dockerfile itself.`,
    };
  }
  if (!target) {
    return undefined;
  }
  const { stages } = parseDockerfile(content);
  const isStage = stages.some(
    (stage, index) =>
      stage.name?.toLowerCase() === target.toLowerCase() ||
      String(index) === target,
  );
  if (isStage) {
    return undefined;
  }
  const names = stages.flatMap(stage => stage.name ?? []);
  return {
    path: TARGET,
    message:
      names.length > 0
        ? `"${target}" is not a stage of "${dockerfile}". Its stages are: ${names.join(
            ', ',
          )}. Choose one of them, or leave the target out to build the last.`
        : `"${target}" is not a stage of "${dockerfile}", which names none. Leave the target out, or name a stage with "FROM … AS ${target}".`,
  };
}

function contextOutside(context: string): ParameterProblem {
  return {
    path: CONTEXT,
    message: `The build context "${context}" lies outside the source. Name a folder inside it; "." is all of it.`,
  };
}

function dockerfileAbsolute(dockerfile: string): ParameterProblem {
  return {
    path: DOCKERFILE,
    message: `The Dockerfile "${dockerfile}" is an absolute path. Write it from the root of the source, such as "Dockerfile".`,
  };
}

function dockerfileOutside(
  dockerfile: string,
  context: string,
  advice: string,
): ParameterProblem {
  return {
    path: DOCKERFILE,
    message: `The Dockerfile "${dockerfile}" lies outside the build context "${context}". ${advice}`,
  };
}

function isInside(path: string, folder: string): boolean {
  const leaves = path === '..' || path.startsWith('../');
  return (
    !leaves &&
    (folder === '.' || path === folder || path.startsWith(`${folder}/`))
  );
}
