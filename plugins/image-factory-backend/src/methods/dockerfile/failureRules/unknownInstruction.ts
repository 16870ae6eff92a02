import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { Keyword } from 'dockerfile-ast';
import { describeLocation, locationMembers } from './describeLocation';
import {
  allInstructions,
  locateInstruction,
  readDockerfile,
} from './locateInstruction';
import { suggest } from './suggest';
import { findToolError } from './toolError';

const KEYWORDS: string[] = Object.values(Keyword);

/** A word at the beginning of a line that is no instruction. */
export const unknownInstruction: FailureRule = {
  id: 'dockerfile-unknown-instruction',
  explain(evidence) {
    const error = findToolError(evidence);
    const word = /unknown instruction: "?([^\s"(]+)/i.exec(
      error?.text ?? '',
    )?.[1];
    if (!error || !word) {
      return undefined;
    }
    const dockerfile = readDockerfile(evidence);
    const instruction =
      dockerfile &&
      allInstructions(dockerfile.parsed).find(
        ({ keyword }) => keyword === word.toUpperCase(),
      );
    const located =
      dockerfile && instruction
        ? { file: dockerfile.file, instruction }
        : locateInstruction(evidence);
    const meant = suggest(word.toUpperCase(), KEYWORDS);
    return {
      class: 'user',
      message: `${describeLocation(
        located,
      )} begins with "${word}", which is not an instruction.`,
      ...locationMembers(located),
      hint: meant
        ? `Did you mean ${meant}?`
        : `Instructions are ${KEYWORDS.join(
            ', ',
          )}. A command to run needs RUN before it; a line that goes on needs "\\" at the end of the one before.`,
      evidenceLine: error.line,
    };
  },
};
