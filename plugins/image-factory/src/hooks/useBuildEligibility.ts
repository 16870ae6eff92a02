import { useApi } from '@backstage/core-plugin-api';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { EligibilityReason } from '@image-factory/backstage-plugin-image-factory-common';
import { ImageFactoryApi, imageFactoryApiRef } from '../api';
import { errorStatus } from '../format';
import { isWorthRetrying, retryDelay } from './pollInterval';

const RETRIES = 2;

/** Long enough for all places on a page, and to go to and fro between pages. */
const STALE_AFTER_MS = 30_000;

type Answer = { tenant?: string; reasons: EligibilityReason[] };

const NOTHING_KNOWN: Answer = { reasons: [] };

/**
 * The tab and the card of a component have a cache each, its menu and its links
 * none: they ask the same, so what is answered is kept beside them all, as long
 * as the API is that of the same app.
 */
const clients = new WeakMap<ImageFactoryApi, QueryClient>();

/** Why the reader may not have images of an entity built, as far as the backend has told. */
export function useBuildEligibility(entityRef: string): Answer {
  const api = useApi(imageFactoryApiRef);
  const { data, isSuccess } = useQuery<Answer>(
    {
      queryKey: ['build-eligibility', entityRef],
      queryFn: ({ signal }) => ask(api, entityRef, signal),
      staleTime: STALE_AFTER_MS,
      networkMode: 'always',
      retry: (failureCount, error) =>
        failureCount < RETRIES && isWorthRetrying(errorStatus(error)),
      retryDelay,
    },
    clientOf(api),
  );
  return isSuccess ? data : NOTHING_KNOWN;
}

/** The entity may have left the catalog, or the backend be one of before this question: both is an answer that holds nothing back. */
async function ask(
  api: ImageFactoryApi,
  entityRef: string,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await api.getBuildEligibility(entityRef, { signal });
  } catch (error) {
    if (errorStatus(error) === 404) return NOTHING_KNOWN;
    throw error;
  }
}

function clientOf(api: ImageFactoryApi): QueryClient {
  let client = clients.get(api);
  if (!client) {
    client = new QueryClient();
    // No provider does it, and without it nothing is read again on focus.
    client.mount();
    clients.set(api, client);
  }
  return client;
}
