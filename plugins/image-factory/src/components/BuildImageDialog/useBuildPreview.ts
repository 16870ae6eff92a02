import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  BuildPreview,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';

const TYPING_PAUSE_MS = 300;

/** What a request would become, checked again after each pause in typing. */
export function useBuildPreview(request: BuildRequest): {
  preview: BuildPreview | undefined;
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

  const query = useQuery({
    queryKey: ['preview', asked],
    queryFn: ({ signal }) =>
      api.previewBuild(JSON.parse(asked) as BuildRequest, { signal }),
    placeholderData: previous => previous,
    retry: false,
    // A dialog that is opened again must see what has changed since.
    staleTime: 0,
    gcTime: 0,
  });
  return {
    preview: query.data,
    error: query.error ?? undefined,
    isChecking: query.isFetching || asked !== wanted,
    retry: () => {
      query.refetch();
    },
  };
}
