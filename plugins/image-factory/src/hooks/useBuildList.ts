import { useEffect, useMemo } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useQueryClient } from '@tanstack/react-query';
import {
  BuildList,
  ListBuilds,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { throttle } from './throttle';
import { useBuildSignals } from './useBuildSignals';
import { LiveQuery, useLiveQuery } from './useLiveQuery';

/** A list is read at most once a second, however many builds report. */
const SIGNAL_THROTTLE_MS = 1_000;

/** One page of builds, kept fresh; nothing is read without a query. */
export function useBuildList(
  query: ListBuilds['query'] | undefined,
): LiveQuery<BuildList> {
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const refresh = useMemo(
    () =>
      throttle(() => {
        queryClient.invalidateQueries({ queryKey: ['builds'] });
      }, SIGNAL_THROTTLE_MS),
    [queryClient],
  );
  useEffect(() => refresh.cancel, [refresh]);

  const { lastSignalAt } = useBuildSignals(signal => {
    // Which entity it is of is told by the API alone, to those who may know.
    if (query && signal.change === 'build') {
      refresh();
    }
  });

  return useLiveQuery({
    queryKey: ['builds', query],
    queryFn: options => api.listBuilds(query ?? {}, options),
    enabled: query !== undefined,
    // Even where nothing runs, somebody else may submit a build at any time.
    liveliness: data =>
      data?.items.some(build => !isTerminal(build.status)) ? 'active' : 'quiet',
    lastSignalAt,
    // The page before may stand in for the next one, but not for another filter.
    keepPrevious: ([, previous]) =>
      query !== undefined && filterOf(previous) === filterOf(query),
  });
}

function filterOf(query: unknown): string {
  return JSON.stringify({
    ...Object(query),
    cursor: undefined,
    sort: undefined,
  });
}
