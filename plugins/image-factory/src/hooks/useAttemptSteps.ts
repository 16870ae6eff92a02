import { useApi } from '@backstage/core-plugin-api';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { olderSteps } from './olderSteps';
import { LiveQuery, useLiveQuery } from './useLiveQuery';

/** The steps of an attempt: those of the latest one are at hand, those of an older one are read once. */
export function useAttemptSteps(options: {
  buildId: string;
  attempt: number;
  /** Of the latest attempt, where that is the one. */
  latest: LiveQuery<Step[]> | undefined;
}): LiveQuery<Step[]> {
  const { buildId, attempt, latest } = options;
  const api = useApi(imageFactoryApiRef);
  const older = useLiveQuery({
    ...olderSteps(api, buildId, attempt),
    liveliness: () => 'settled',
    lastSignalAt: () => undefined,
    enabled: latest === undefined,
  });
  return latest ?? older;
}
