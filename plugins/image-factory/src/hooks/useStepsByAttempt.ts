import { useCallback } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useQueries } from '@tanstack/react-query';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { olderSteps } from './olderSteps';

/** The steps of each attempt of a build; undefined of one whose steps are not there yet. */
export function useStepsByAttempt(options: {
  buildId: string;
  latestAttempt: number;
  /** Of the latest attempt. */
  latest: Step[] | undefined;
}): (attempt: number) => Step[] | undefined {
  const { buildId, latestAttempt, latest } = options;
  const api = useApi(imageFactoryApiRef);
  const older = useQueries({
    queries: Array.from(
      { length: Math.max(0, latestAttempt - 1) },
      (_, index) => ({
        ...olderSteps(api, buildId, index + 1),
        staleTime: Infinity,
        refetchOnWindowFocus: false,
      }),
    ),
    combine: results => results.map(({ data }) => data),
  });
  return useCallback(
    (attempt: number) =>
      attempt === latestAttempt ? latest : older[attempt - 1],
    [latestAttempt, latest, older],
  );
}
