import { NotFoundError } from '@backstage/errors';

/** Says that there is no build of this id. */
export function noSuchBuild(id: string): NotFoundError {
  return new NotFoundError(
    `There is no build ${id}. It may have been removed; look for it in the list of builds.`,
  );
}
