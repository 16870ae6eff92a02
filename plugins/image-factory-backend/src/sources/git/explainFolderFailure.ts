import { isError } from '@backstage/errors';
import { SourceError } from '../SourceError';

/** Who asks: only a build is tried again by itself. */
export type GitAsker = 'build' | 'submit';

/** What it means that a folder or file of the portal could not be written while a build was submitted; undefined for any other error. */
export function explainFolderFailure(error: unknown): SourceError | undefined {
  if (!isError(error) || typeof error.code !== 'string' || !error.syscall) {
    return undefined;
  }
  return error.code === 'ENOSPC' || error.code === 'EDQUOT'
    ? diskFull('submit')
    : new SourceError(
        `The portal cannot write into its own folder for git (${error.code}).`,
        {
          class: 'infrastructure',
          hint: 'Ask a portal admin to let the user of the backend write into imageFactory.dataDirectory, and everything in it.',
        },
      );
}

/** The disk on which sources are kept has no space left. */
export function diskFull(asker: GitAsker): SourceError {
  return new SourceError(
    'The disk on which the portal keeps sources while it builds is full.',
    {
      class: 'infrastructure',
      hint:
        asker === 'build'
          ? 'Free space on the machine of the portal; the build is tried again by itself.'
          : 'Free space on the machine of the portal, then submit again.',
    },
  );
}
