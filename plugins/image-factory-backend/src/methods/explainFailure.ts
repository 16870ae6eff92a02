import {
  FailureEvidence,
  FailureRule,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';

const ERROR_LIKE =
  /\b(error|errors|fatal|failed|failure|cannot|could not|denied|refused|not found|no such|invalid|unable)\b/i;
const MAX_QUOTE = 300;

/**
 * Explains why a step failed: by the first rule that knows the failure, else in
 * general words with the last line that looks like an error.
 */
export function explainFailure(
  rules: FailureRule[],
  evidence: FailureEvidence,
): Failure {
  for (const rule of rules) {
    const explained = rule.explain(evidence);
    if (explained) {
      return { ...explained, step: evidence.step, rule: rule.id };
    }
  }
  return explainInGeneral(evidence);
}

function explainInGeneral(evidence: FailureEvidence): Failure {
  const { step, exitCode, lines, firstLine } = evidence;
  const what =
    exitCode === undefined
      ? `Step ${step} failed`
      : `Step ${step} failed with exit code ${exitCode}`;
  const index = lines.findLastIndex(line => ERROR_LIKE.test(line));
  if (index < 0) {
    return {
      class: 'user',
      message: `${what}.`,
      step,
      hint: `Read the last lines of the log of ${step}: they tell what it did last.`,
    };
  }
  const quote = lines[index].trim();
  return {
    class: 'user',
    message: `${what}: ${
      quote.length > MAX_QUOTE ? `${quote.slice(0, MAX_QUOTE)}…` : quote
    }`,
    step,
    evidenceLine: firstLine + index,
    hint: `Read the log of ${step} around line ${firstLine + index}.`,
  };
}
