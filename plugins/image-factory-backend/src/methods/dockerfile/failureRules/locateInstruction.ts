import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import {
  DockerfileInstruction,
  parseDockerfile,
  ParsedDockerfile,
} from '../parseDockerfile';
import { readDockerfileParameters } from '../readDockerfileParameters';
import { quotedInstruction } from './quotedInstruction';

/** An instruction in its file. */
export type LocatedInstruction = {
  file: string;
  instruction: DockerfileInstruction;
};

/** `[2/3] STEP 4/5: COPY a b`, as Buildah and Podman print it; without the stage where there is only one. */
const STEP = /^(?:\[(\d+)\/\d+\] )?STEP (\d+)\/\d+: (\S+)\s?(.*)$/;

/** The instruction at which the build stopped: the last one that was begun. */
export function locateInstruction(
  evidence: FailureEvidence,
): LocatedInstruction | undefined {
  const dockerfile = readDockerfile(evidence);
  if (!dockerfile) {
    return quotedInstruction(evidence);
  }
  const { file, parsed } = dockerfile;
  const instruction =
    fromLineNumber(evidence, file, parsed) ?? fromStep(evidence, parsed);
  return instruction && { file, instruction };
}

/** The Dockerfile of the build, while the source is there. */
export function readDockerfile(
  evidence: FailureEvidence,
): { file: string; parsed: ParsedDockerfile } | undefined {
  const file = readDockerfileParameters(evidence.parameters).dockerfile;
  const content = evidence.readSource(file);
  return content === undefined
    ? undefined
    : { file, parsed: parseDockerfile(content) };
}

/** All instructions in the order of the file. */
export function allInstructions(
  parsed: ParsedDockerfile,
): DockerfileInstruction[] {
  return [
    ...parsed.preamble,
    ...parsed.stages.flatMap(stage => stage.instructions),
  ];
}

/** BuildKit tells the line: `Dockerfile:4`, or `parse error on line 4`. */
function fromLineNumber(
  evidence: FailureEvidence,
  file: string,
  parsed: ParsedDockerfile,
): DockerfileInstruction | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1);
  for (const line of evidence.lines.toReversed()) {
    const told =
      /parse error on line (\d+)/.exec(line)?.[1] ??
      (line.startsWith(`${name}:`)
        ? /^[^:]+:(\d+)$/.exec(line.trim())?.[1]
        : undefined);
    if (told) {
      return allInstructions(parsed).findLast(
        instruction => instruction.line <= Number(told),
      );
    }
  }
  return undefined;
}

function fromStep(
  evidence: FailureEvidence,
  parsed: ParsedDockerfile,
): DockerfileInstruction | undefined {
  const match = evidence.lines
    .map(line => STEP.exec(line))
    .findLast(found => found !== null);
  if (!match) {
    return undefined;
  }
  const [, stage = '1', step, keyword, rest] = match;
  const counted =
    parsed.stages[Number(stage) - 1]?.instructions[Number(step) - 1];
  if (counted?.keyword === keyword.toUpperCase()) {
    return counted;
  }
  // Triggers of a base image shift the count: then the words decide.
  const words = squeeze(rest);
  return allInstructions(parsed).find(
    instruction =>
      instruction.keyword === keyword.toUpperCase() &&
      squeeze(instruction.text.slice(keyword.length)) === words,
  );
}

function squeeze(text: string): string {
  return text.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim();
}
