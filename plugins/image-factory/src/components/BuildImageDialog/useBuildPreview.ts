import { useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  BuildPreview,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { useLastErrors } from '../../hooks';

const TYPING_PAUSE_MS = 300;

/** What a request would become, checked again after each pause in typing. */
export function useBuildPreview(request: BuildRequest): {
  /** The latest there was: where a check fails, the form stays as it is, for the reader to correct. */
  preview: BuildPreview | undefined;
  /** Why the latest check failed, until the next one is over. */
  error: Error | undefined;
  isChecking: boolean;
  retry: () => void;
} {
  const api = useApi(imageFactoryApiRef);
  const wanted = JSON.stringify(request);
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);

  const queryKey = ['preview', asked];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api.previewBuild(JSON.parse(asked) as BuildRequest, { signal }),
    placeholderData: previous => previous,
    retry: false,
    // A dialog that is opened again must see what has changed since.
    staleTime: 0,
    gcTime: 0,
  });
  const last = useRef<BuildPreview>();
  last.current = query.data ?? last.current;
  // With what was there before standing in, a check that is made again counts as no longer pending.
  const isPending = query.isPending || query.isPlaceholderData;
  const error = useLastErrors()(queryKey, { ...query, isPending });
  return {
    preview: last.current,
    error,
    isChecking: query.isFetching || asked !== wanted,
    retry: () => {
      query.refetch();
    },
  };
}
