import { useApi } from '@backstage/core-plugin-api';
import { Artifact } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { LiveQuery, useLiveQuery } from './useLiveQuery';

/** What an attempt has produced: of the latest one it is at hand, of an older one it is read once, since nothing of it changes. */
export function useAttemptArtifacts(options: {
  buildId: string;
  attempt: number;
  /** Of the latest attempt, where that is the one. */
  latest: LiveQuery<Artifact[]> | undefined;
}): LiveQuery<Artifact[]> {
  const { buildId, attempt, latest } = options;
  const api = useApi(imageFactoryApiRef);
  const older = useLiveQuery({
    // Not below the key of the build, whose parts are read again with each signal.
    queryKey: ['older-artifacts', buildId, attempt],
    queryFn: async request =>
      (await api.listArtifacts(buildId, { ...request, attempt })).items,
    liveliness: () => 'settled',
    lastSignalAt: () => undefined,
    enabled: latest === undefined,
  });
  return latest ?? older;
}
