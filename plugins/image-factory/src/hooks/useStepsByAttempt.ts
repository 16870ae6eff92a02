import { useApi } from '@backstage/core-plugin-api';
import { useQueries } from '@tanstack/react-query';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { olderSteps } from './olderSteps';
import { useLastErrors } from './useLastErrors';
import { LiveQuery, READ_AGAIN } from './useLiveQuery';

/** The steps of one attempt, or why they are not known. */
export type KnownSteps = {
  /** Undefined where they are not known: that is not the same as none. */
  data: Step[] | undefined;
  /** Why they cannot be read; undefined while they are on their way as well. */
  error: Error | undefined;
  retry: () => void;
};

/** The steps of each attempt of a build by its number. */
export type StepsByAttempt = (attempt: number) => KnownSteps;

const UNKNOWN: KnownSteps = {
  data: undefined,
  error: undefined,
  retry: () => {},
};

/** Reads the steps of each attempt of a build: those of the latest one are at hand. */
export function useStepsByAttempt(options: {
  buildId: string;
  latestAttempt: number;
  latest: LiveQuery<Step[]>;
}): StepsByAttempt {
  const { buildId, latestAttempt, latest } = options;
  const api = useApi(imageFactoryApiRef);
  const lastError = useLastErrors();
  const queries = Array.from(
    { length: Math.max(0, latestAttempt - 1) },
    (_, index) => olderSteps(api, buildId, index + 1),
  );
  const older = useQueries({
    queries: queries.map(query => ({
      ...query,
      ...READ_AGAIN,
      staleTime: Infinity,
      refetchOnWindowFocus: false,
    })),
  });
  const known = older.map((query, index) => ({
    data: query.data,
    error: lastError(queries[index].queryKey, query),
    retry: () => {
      query.refetch();
    },
  }));
  return attempt =>
    (attempt === latestAttempt ? latest : known[attempt - 1]) ?? UNKNOWN;
}
