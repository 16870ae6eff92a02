import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { LocatedInstruction } from './locateInstruction';

const MAX_INSTRUCTION = 1_000;

/** `Line 4 of Dockerfile`, or where it is not known, the Dockerfile as such. */
export function describeLocation(
  located: LocatedInstruction | undefined,
): string {
  return located
    ? `Line ${located.instruction.line} of ${located.file}`
    : 'The Dockerfile';
}

/** The members of a failure that tell where it is. */
export function locationMembers(
  located: LocatedInstruction | undefined,
): Pick<Failure, 'file' | 'line' | 'instruction'> {
  return located
    ? {
        file: located.file,
        line: located.instruction.line,
        instruction: located.instruction.text.slice(0, MAX_INSTRUCTION),
      }
    : {};
}
