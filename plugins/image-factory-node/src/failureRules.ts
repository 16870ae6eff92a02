import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { JsonObject } from '@backstage/types';

/**
 * What is known of a step that failed.
 *
 * @public
 */
export type FailureEvidence = {
  step: string;
  exitCode?: number;
  /** The last lines of the step's log, without colours, oldest first. */
  lines: string[];
  /** The number of the first of {@link FailureEvidence.lines} in the log, from 1. */
  firstLine: number;
  /** The build's parameters. */
  parameters: JsonObject;
  /** Reads a text file of the source while it is still there; path relative to the source. */
  readSource(path: string): string | undefined;
  /** Names what is in a folder of the source; undefined where there is no such folder. Absent where the source is gone already, as with the pod of a build: then nothing can be read of it either. */
  listSource?(path: string): string[] | undefined;
};

/**
 * Recognises one kind of failure.
 *
 * @public
 */
export type FailureRule = {
  /** Such as `dockerfile-copy-missing`. */
  id: string;
  /** The failure, or undefined where this rule does not know it. */
  explain(
    evidence: FailureEvidence,
  ): Omit<Failure, 'rule' | 'step'> | undefined;
};
