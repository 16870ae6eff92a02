import { isError } from '@backstage/errors';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What is kept on the disk that is full: its path is for the operator, who finds it in the configuration. */
const KEPT = {
  workspace: 'the workspaces of builds',
  archives: 'the archives of images',
};

/** Tells whether a disk was full, or a quota used up. */
export function isDiskFull(error: unknown): boolean {
  return (
    isError(error) && (FULL.has(String(error.code)) || isDiskFull(error.cause))
  );
}

/** A full disk is no fault of the sources, and may have room again at the next try. */
export function diskFull(
  kept: keyof typeof KEPT,
): Pick<Failure, 'class' | 'message'> & { hint: string } {
  return {
    class: 'infrastructure',
    message: `The disk that holds ${KEPT[kept]} is full.`,
    hint: 'Free space on the machine of the portal, or give imageFactory.dataDirectory a larger disk; the build is tried again by itself.',
  };
}
