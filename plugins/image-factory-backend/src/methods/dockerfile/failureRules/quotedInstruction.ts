import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import { readDockerfileParameters } from '../readDockerfileParameters';
import type { LocatedInstruction } from './locateInstruction';

/** `   3 | >>> COPY a b`: BuildKit marks the lines of the instruction among those around it. */
const MARKED = /^\s*(\d+) \| >>> ?(.*)$/;

/** The instruction as BuildKit quotes it, for where the Dockerfile itself is gone. */
export function quotedInstruction(
  evidence: FailureEvidence,
): LocatedInstruction | undefined {
  const last = evidence.lines.findLastIndex(line => MARKED.test(line));
  if (last < 0) {
    return undefined;
  }
  const before = evidence.lines
    .slice(0, last)
    .findLastIndex(line => !MARKED.test(line));
  const marked = evidence.lines
    .slice(before + 1, last + 1)
    .map(line => line.match(MARKED)!);
  const text = marked
    .map(([, , words]) => words)
    .join('\n')
    .trim();
  const [keyword = ''] = text.split(/\s/, 1);
  return {
    file: readDockerfileParameters(evidence.parameters).dockerfile,
    instruction: {
      keyword: keyword.toUpperCase(),
      text,
      line: Number(marked[0][1]),
    },
  };
}
