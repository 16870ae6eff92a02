import {
  FailureEvidence,
  FailureRule,
} from '@image-factory/backstage-plugin-image-factory-node';
import { posix } from 'node:path';
import { readDockerfileParameters } from '../readDockerfileParameters';
import { describeLocation, locationMembers } from './describeLocation';
import { LocatedInstruction, locateInstruction } from './locateInstruction';
import { suggest } from './suggest';
import { findToolError } from './toolError';

/** Buildah and Podman name the path they looked for, and so does BuildKit in other words. */
const MISSING = [
  /copier: stat: "([^"]+)": no such file or directory/,
  /no items matching glob "([^"]+)" copied/,
  /"([^"]+)": not found/,
];

/** COPY or ADD of something that is not where it is looked for. */
export const copySourceMissing: FailureRule = {
  id: 'dockerfile-copy-source-missing',
  explain(evidence) {
    const error = findToolError(evidence);
    if (!error || !/COPY|ADD|checksum/.test(error.text)) {
      return undefined;
    }
    const missing = MISSING.map(pattern => pattern.exec(error.text)?.[1]).find(
      path => path !== undefined,
    );
    if (missing === undefined) {
      return undefined;
    }
    const located = locateInstruction(evidence);
    const keyword = located?.instruction.keyword ?? 'COPY';
    const stage = /--from=(\S+)/.exec(located?.instruction.text ?? '')?.[1];
    const path = asWritten(missing, located);
    return {
      class: 'user',
      message: stage
        ? `${describeLocation(
            located,
          )}: ${keyword} needs "${path}", which is not in "${stage}".`
        : `${describeLocation(
            located,
          )}: ${keyword} needs "${path}", which is not in the build context.`,
      ...locationMembers(located),
      hint: stage
        ? `Check the path: it starts at the root of "${stage}".`
        : adviseOnContext(evidence, path),
      evidenceLine: error.line,
    };
  },
};

/** Tools tell an absolute path below the context; the reader knows it as it stands in the instruction. */
function asWritten(
  missing: string,
  located: LocatedInstruction | undefined,
): string {
  const wanted = normalise(missing);
  return (
    located?.instruction.text
      .split(/[\s"',[\]]+/)
      .find(word => normalise(word) === wanted) ?? wanted
  );
}

function normalise(path: string): string {
  return posix.join('/', path).slice(1).replace(/\/$/, '');
}

function adviseOnContext(evidence: FailureEvidence, path: string): string {
  const { context } = readDockerfileParameters(evidence.parameters);
  const meant = findNear(evidence, context, normalise(path));
  const where =
    context === '.' ? 'the root of the source' : `the folder "${context}"`;
  const rule = `Paths start at the build context, which is ${where}, and .dockerignore may leave files out of it.`;
  if (!meant) {
    return `Add it there, or mend the path. ${rule}`;
  }
  return `Did you mean "${meant}${path.endsWith('/') ? '/' : ''}"? ${rule}`;
}

/** A name beside the missing one that is spelt nearly the same. */
function findNear(
  evidence: FailureEvidence,
  context: string,
  path: string,
): string | undefined {
  let folder = '';
  for (const part of path.split('/')) {
    const names = evidence.listSource?.(posix.join(context, folder)) ?? [];
    const next = names.includes(part) ? part : suggest(part, names);
    if (next === undefined) {
      return undefined;
    }
    folder = posix.join(folder, next);
  }
  return folder === path ? undefined : folder;
}
