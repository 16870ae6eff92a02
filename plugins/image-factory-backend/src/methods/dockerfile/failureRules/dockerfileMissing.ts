import {
  FailureEvidence,
  FailureRule,
} from '@image-factory/backstage-plugin-image-factory-node';
import { posix } from 'node:path';
import { readDockerfileParameters } from '../readDockerfileParameters';
import { suggest } from './suggest';
import { findToolError } from './toolError';

/** Buildah, Podman and BuildKit each have words of their own for it; the source tells whether it is so. */
const NOT_THERE =
  /no such file or directory|not found|does not exist|cannot be path to a directory|failed to read dockerfile/i;

/**
 * The build context or its Dockerfile is not in the source. A source that can be
 * looked at at submit never comes so far; one in git does.
 */
export const dockerfileMissing: FailureRule = {
  id: 'dockerfile-missing',
  explain(evidence) {
    const error = findToolError(evidence);
    if (!error || !NOT_THERE.test(error.text)) {
      return undefined;
    }
    const { context, dockerfile } = readDockerfileParameters(
      evidence.parameters,
    );
    if (!evidence.listSource && !isNamed(dockerfile, error.text)) {
      return undefined;
    }
    if (evidence.listSource && !evidence.listSource(context)) {
      return {
        class: 'user',
        message: `There is no folder "${context}" in the source for a build context.`,
        hint: 'Set context-path to a folder of the source; "." is all of it.',
        evidenceLine: error.line,
      };
    }
    if (evidence.readSource(dockerfile) !== undefined) {
      return undefined;
    }
    const meant = findNear(evidence, dockerfile);
    return {
      class: 'user',
      message: `There is no Dockerfile at "${dockerfile}" in the source.`,
      hint: `${
        meant ? `Did you mean "${meant}"? ` : ''
      }Add one there, or set dockerfile-path to where it is.`,
      evidenceLine: error.line,
    };
  },
};

/** Where the source is gone, as with the pod of a build, the tool has to name the file. BuildKit knows it without its folder. */
function isNamed(dockerfile: string, text: string): boolean {
  const name = posix.basename(dockerfile);
  return (
    text.includes(`/${dockerfile}:`) ||
    text.includes(`failed to read dockerfile: open ${name}:`)
  );
}

/** A name beside the missing one that is spelt nearly the same. */
function findNear(evidence: FailureEvidence, path: string): string | undefined {
  const folder = posix.dirname(path);
  const name = suggest(
    posix.basename(path),
    evidence.listSource?.(folder) ?? [],
  );
  return name && posix.join(folder, name);
}
