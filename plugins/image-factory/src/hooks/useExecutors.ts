import { useApi } from '@backstage/core-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import { useQuery } from '@tanstack/react-query';
import {
  Executor,
  imageFactoryExecutorReadPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';

/** Titles hardly ever change, and pages only name executors by them. */
const STALE_AFTER_MS = 60_000;

/**
 * What runs builds. Undefined for a reader who may not see that, where it
 * cannot be had, and until it is there: what a page makes of it is a help that
 * it can do without.
 */
export function useExecutors(): Executor[] | undefined {
  const api = useApi(imageFactoryApiRef);
  const permission = usePermission({
    permission: imageFactoryExecutorReadPermission,
  });
  // Where it cannot be had whether the reader may, the backend decides.
  const isDenied =
    permission.loading || !(permission.allowed || permission.error);
  const { data } = useQuery({
    queryKey: ['executors'],
    queryFn: async ({ signal }) => (await api.listExecutors({ signal })).items,
    enabled: !isDenied,
    staleTime: STALE_AFTER_MS,
    retry: false,
  });
  return data;
}

/** The title of an executor, or its id where that is not known. */
export function useExecutorTitle(id: string | undefined): string | undefined {
  const executors = useExecutors();
  return executors?.find(executor => executor.id === id)?.title ?? id;
}
