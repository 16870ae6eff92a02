import { QueryKey, useQuery } from '@tanstack/react-query';
import { errorStatus } from '../format';
import {
  Liveliness,
  isWorthRetrying,
  pollInterval,
  retryDelay,
} from './pollInterval';
import { useLastErrors } from './useLastErrors';

const RETRIES = 5;

/** How reading is tried again before it counts as failed. */
export const READ_AGAIN = {
  retry: (failureCount: number, error: Error) =>
    failureCount < RETRIES && isWorthRetrying(errorStatus(error)),
  retryDelay,
};

/** Data that keeps itself fresh. */
export type LiveQuery<T> = {
  data: T | undefined;
  /** Why the latest reading failed, until the next one is over; `data` is then stale or absent. */
  error: Error | undefined;
  isLoading: boolean;
  /** Data stands while reading it again fails. */
  isPaused: boolean;
  retry: () => void;
};

/**
 * Reads data and reads it again while it is active: hints come from outside by
 * invalidating the key, polling is what correctness rests on. Nothing is read
 * while the page is hidden.
 */
export function useLiveQuery<T>(options: {
  queryKey: QueryKey;
  queryFn: (context: { signal: AbortSignal }) => Promise<T>;
  liveliness: (data: T | undefined) => Liveliness;
  lastSignalAt: () => number | undefined;
  enabled?: boolean;
  /** Whether the data of the key before may stand until this one's is there. */
  keepPrevious?: (previousKey: QueryKey) => boolean;
}): LiveQuery<T> {
  const query = useQuery<T>({
    queryKey: options.queryKey,
    queryFn: ({ signal }) => options.queryFn({ signal }),
    enabled: options.enabled ?? true,
    placeholderData: (previous, previousQuery) =>
      previousQuery && options.keepPrevious?.(previousQuery.queryKey)
        ? previous
        : undefined,
    ...READ_AGAIN,
    refetchInterval: ({ state }) =>
      pollInterval({
        liveliness: options.liveliness(state.data),
        failed: state.status === 'error',
        lastSignalAt: options.lastSignalAt(),
        now: Date.now(),
      }),
  });
  const error = useLastErrors()(options.queryKey, query);
  return {
    data: query.data,
    error,
    isLoading: query.isPending && query.fetchStatus !== 'idle' && !error,
    isPaused: query.data !== undefined && error !== undefined,
    retry: () => {
      query.refetch({ cancelRefetch: true });
    },
  };
}
