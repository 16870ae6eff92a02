import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { locationMembers } from './describeLocation';
import { readDockerfile } from './locateInstruction';
import { findToolError } from './toolError';

/** A FROM whose image comes from a build argument that has no value; or no FROM at all. */
export const baseArgumentMissing: FailureRule = {
  id: 'dockerfile-no-base',
  explain(evidence) {
    const error = findToolError(evidence);
    if (
      !error ||
      !/no FROM statement found|no contents in|base name \(.*\) should not be blank|file with no instructions|no build stage in current context/i.test(
        error.text,
      )
    ) {
      return undefined;
    }
    const dockerfile = readDockerfile(evidence);
    const stage = dockerfile?.parsed.stages.find(({ base }) =>
      base?.includes('$'),
    );
    const [from] = stage?.instructions ?? [];
    const argument = /\$\{?([A-Za-z_][A-Za-z0-9_]*)/.exec(
      stage?.base ?? '',
    )?.[1];
    if (dockerfile && from && argument) {
      return {
        class: 'user',
        message: `Line ${from.line} of ${dockerfile.file} takes its base image from the build argument ${argument}, which has no value.`,
        ...locationMembers({ file: dockerfile.file, instruction: from }),
        hint: `Give ${argument} a value under build arguments, or a default with "ARG ${argument}=…" before the first FROM.`,
        evidenceLine: error.line,
      };
    }
    return {
      class: 'user',
      message: `${
        dockerfile?.file ?? 'The Dockerfile'
      } has no FROM before its first instruction, so that there is nothing to build on.`,
      file: dockerfile?.file,
      hint: 'Begin it with "FROM <image>", or with "FROM scratch" for an empty base.',
      evidenceLine: error.line,
    };
  },
};
