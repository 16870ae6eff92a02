import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';

/** What the build tool itself said last, apart from what the build's commands print. */
export type ToolError = {
  /** From the error on, over all its lines. */
  text: string;
  /** The index of its first line in the evidence. */
  index: number;
  /** The number of that line in the log, from 1. */
  line: number;
};

const STEP_NAME = 'build-image';

/** A command of the Dockerfile failed: what follows quotes it, and could hold any words. */
const OF_COMMAND =
  /^(?:Error: building at STEP "RUN\b|(?:ERROR|error): failed to (?:solve|build): process ")/;

/** buildctl alone begins its own in lower case, as many a command of a Dockerfile does. */
const FROM_TOOL = /^(?:(?:Error|ERROR): |error: failed to (?:solve|build): )/;

/**
 * The error with which Buildah, Podman, Docker or BuildKit ended by themselves; undefined
 * where there is none, where it was another step or where a command failed.
 */
export function findToolError(
  evidence: FailureEvidence,
): ToolError | undefined {
  const error = findError(evidence);
  return error && !OF_COMMAND.test(error.text) ? error : undefined;
}

/** The error with which they report that a command of the Dockerfile has failed. */
export function findCommandError(
  evidence: FailureEvidence,
): ToolError | undefined {
  const error = findError(evidence);
  return error && OF_COMMAND.test(error.text) ? error : undefined;
}

function findError(evidence: FailureEvidence): ToolError | undefined {
  if (evidence.step !== STEP_NAME) {
    return undefined;
  }
  const index = evidence.lines.findLastIndex(line => FROM_TOOL.test(line));
  if (index < 0) {
    return undefined;
  }
  return {
    text: evidence.lines.slice(index).join('\n'),
    index,
    line: evidence.firstLine + index,
  };
}
