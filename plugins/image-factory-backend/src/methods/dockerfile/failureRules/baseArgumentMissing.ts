import {
  FailureEvidence,
  FailureRule,
} from '@image-factory/backstage-plugin-image-factory-node';
import { describeLocation, locationMembers } from './describeLocation';
import {
  LocatedInstruction,
  locateInstruction,
  readDockerfile,
} from './locateInstruction';
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
    const from = findFrom(evidence);
    const argument = /\$\{?([A-Za-z_][A-Za-z0-9_]*)/.exec(
      from?.instruction.text ?? '',
    )?.[1];
    if (from && argument) {
      return {
        class: 'user',
        message: `${describeLocation(
          from,
        )} takes its base image from the build argument ${argument}, which has no value.`,
        ...locationMembers(from),
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

/** The first FROM with a variable; where the Dockerfile is gone, the one that the tool quotes. */
function findFrom(evidence: FailureEvidence): LocatedInstruction | undefined {
  const dockerfile = readDockerfile(evidence);
  if (!dockerfile) {
    const quoted = locateInstruction(evidence);
    return quoted?.instruction.keyword === 'FROM' ? quoted : undefined;
  }
  const [instruction] =
    dockerfile.parsed.stages.find(({ base }) => base?.includes('$'))
      ?.instructions ?? [];
  return instruction && { file: dockerfile.file, instruction };
}
