import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { describeLocation, locationMembers } from './describeLocation';
import { locateInstruction } from './locateInstruction';
import { findToolError } from './toolError';

const SYNTAX = [
  /building at STEP "[^]*?": ([A-Z]+ (?:requires|only supports|must|needs)[^\n]*)/,
  /building at STEP "[^]*?": ((?:Syntax error|[Uu]nknown flag|invalid|unexpected|can't)[^\n]*)/,
  /dockerfile parse error(?: on line \d+| line \d+)?: ([^\n]+)/,
  /Syntax error - ([^\n]+)/,
];

/** An instruction that is known, and written wrongly. */
export const dockerfileSyntax: FailureRule = {
  id: 'dockerfile-syntax',
  explain(evidence) {
    const error = findToolError(evidence);
    const reason = SYNTAX.map(
      pattern => pattern.exec(error?.text ?? '')?.[1],
    ).find(found => found !== undefined);
    if (!error || reason === undefined) {
      return undefined;
    }
    const located = locateInstruction(evidence);
    return {
      class: 'user',
      message: `${describeLocation(
        located,
      )} is not written as the instruction needs: ${reason.slice(0, 300)}.`,
      ...locationMembers(located),
      hint: `Mend the instruction${
        located ? ` ${located.instruction.keyword}` : ''
      } as the message says.`,
      evidenceLine: error.line,
    };
  },
};
