import { useApi } from '@backstage/core-plugin-api';
import {
  Build,
  ClusterEventList,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { LiveQuery, useLiveQuery } from './useLiveQuery';

/** What the cluster has told of an attempt, kept fresh while the attempt may go on. */
export function useClusterEvents(options: {
  build: Build;
  attempt: number;
  lastSignalAt: () => number | undefined;
}): LiveQuery<ClusterEventList> {
  const { build, attempt, lastSignalAt } = options;
  const api = useApi(imageFactoryApiRef);
  const isOver = attempt < build.attempt || isTerminal(build.status);
  return useLiveQuery({
    // A signal of the build is one of whatever begins with this.
    queryKey: ['build', build.id, 'cluster-events', attempt],
    queryFn: requestOptions =>
      api.listClusterEvents(build.id, { ...requestOptions, attempt }),
    liveliness: data => (isOver && data ? 'settled' : 'active'),
    lastSignalAt,
  });
}
