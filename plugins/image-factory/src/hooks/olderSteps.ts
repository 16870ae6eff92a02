import { ImageFactoryApi } from '../api';

/** How the steps of an attempt are read that is over and another has followed: once, since nothing of them changes. */
export function olderSteps(
  api: ImageFactoryApi,
  buildId: string,
  attempt: number,
) {
  return {
    // Not below the key of the build, whose parts are read again with each signal.
    queryKey: ['older-steps', buildId, attempt],
    queryFn: async (request: { signal: AbortSignal }) =>
      (await api.listSteps(buildId, { ...request, attempt })).items,
  };
}
