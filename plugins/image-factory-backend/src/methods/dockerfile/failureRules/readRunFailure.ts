import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import { LocatedInstruction, locateInstruction } from './locateInstruction';
import { findCommandError } from './toolError';

const FAILED = [
  /building at STEP "RUN [^]*": (?:while running runtime: )?exit status (\d+)/,
  /process "[^]*" did not complete successfully: exit code: (\d+)/,
];

/** What tools add to the output of a command. */
const NOT_OUTPUT =
  /^(subprocess exited|\$ |(\[\d+\/\d+\] )?STEP \d+\/\d+:|time="|-{3,}|exit status|\s*$)/;

/** The same behind what the command printed last, where that ends no line: Buildah puts nothing between its words and those before. */
const JOINED_TO_OUTPUT =
  /(?:process exited with error: .*?)?(?:subprocess exited with status \d+)+$/;

/** A line that a command of the Dockerfile has printed itself. */
export type OutputLine = {
  text: string;
  /** Its number in the log, from 1. */
  line: number;
};

/** A RUN of the Dockerfile that ended with an exit code other than 0. */
export type RunFailure = {
  exitCode: number;
  located: LocatedInstruction | undefined;
  /** What it printed, oldest first. */
  output: OutputLine[];
  /** Where the tool reports it in the log. */
  errorLine: number;
};

/** The RUN that ended the build, where it was one. */
export function readRunFailure(
  evidence: FailureEvidence,
): RunFailure | undefined {
  const error = findCommandError(evidence);
  const code = FAILED.map(pattern => pattern.exec(error?.text ?? '')?.[1]).find(
    found => found !== undefined,
  );
  if (!error || code === undefined) {
    return undefined;
  }
  return {
    exitCode: Number(code),
    located: locateInstruction(evidence),
    output: readOutput(
      evidence.lines.slice(0, error.index),
      evidence.firstLine,
    ),
    errorLine: error.line,
  };
}

function readOutput(before: string[], firstLine: number): OutputLine[] {
  const begin = before.findLastIndex(line => /STEP \d+\/\d+: RUN/.test(line));
  const number = before
    .map(line => /^#(\d+) ERROR: process "/.exec(line)?.[1])
    .findLast(found => found !== undefined);
  // BuildKit prints what runs at the same time in turns, and at the end it repeats itself.
  const isOutput = number
    ? (line: string) => new RegExp(`^#${number} [\\d.]+ `).test(line)
    : (line: string) => !NOT_OUTPUT.test(line);
  return before.flatMap((text, index) => {
    if (index <= begin || !isOutput(text)) return [];
    const printed = text
      .replace(/^#\d+ [\d.]+ /, '')
      .replace(JOINED_TO_OUTPUT, '')
      .trim();
    return printed === '' ? [] : [{ text: printed, line: firstLine + index }];
  });
}
