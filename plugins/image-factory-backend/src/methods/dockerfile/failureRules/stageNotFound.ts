import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { locationMembers } from './describeLocation';
import { locateInstruction, readDockerfile } from './locateInstruction';
import { suggest } from './suggest';
import { findToolError } from './toolError';

const TARGET =
  /target "([^"]+)" was not found in the provided Dockerfile|target stage "([^"]+)" could not be found/;
const FROM_STAGE = /--from=(\S+?):? no stage or image found with that name/;

/** A stage that is named, as the target or by COPY --from, and that the Dockerfile does not have. */
export const stageNotFound: FailureRule = {
  id: 'dockerfile-stage-not-found',
  explain(evidence) {
    const error = findToolError(evidence);
    const target = TARGET.exec(error?.text ?? '');
    const from = FROM_STAGE.exec(error?.text ?? '')?.[1];
    const name = target?.[1] ?? target?.[2] ?? from;
    if (!error || !name) {
      return undefined;
    }
    const dockerfile = readDockerfile(evidence);
    const stages =
      dockerfile?.parsed.stages.flatMap(stage => stage.name ?? []) ?? [];
    const meant = suggest(name, stages);
    const listed =
      stages.length > 0
        ? `The stages are: ${stages.join(', ')}.`
        : 'No stage has a name: give one with "FROM … AS name".';
    return {
      class: 'user',
      message: from
        ? `COPY --from=${name} names neither a stage of the Dockerfile nor an image.`
        : `The target "${name}" is not a stage of the Dockerfile.`,
      ...(from
        ? locationMembers(locateInstruction(evidence))
        : { file: dockerfile?.file }),
      hint: meant ? `Did you mean "${meant}"? ${listed}` : listed,
      evidenceLine: error.line,
    };
  },
};
