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
  return useExecutorQuery().executors;
}

/** The same, and whether it is on its way. */
function useExecutorQuery() {
  const api = useApi(imageFactoryApiRef);
  const permission = usePermission({
    permission: imageFactoryExecutorReadPermission,
  });
  // Where it cannot be had whether the reader may, the backend decides.
  const isDenied =
    permission.loading || !(permission.allowed || permission.error);
  const { data, isFetching } = useQuery({
    queryKey: ['executors'],
    queryFn: async ({ signal }) => (await api.listExecutors({ signal })).items,
    enabled: !isDenied,
    staleTime: STALE_AFTER_MS,
    retry: false,
  });
  const isComing = permission.loading || (isFetching && !data);
  return { executors: data as Executor[] | undefined, isComing };
}

/**
 * Gives the title of an executor, or its id where that is not known. Undefined
 * while the titles are on their way: an id would change under the eyes of the
 * reader.
 */
export function useExecutorTitles(): (id: string) => string | undefined {
  const { executors, isComing } = useExecutorQuery();
  return id =>
    executors?.find(executor => executor.id === id)?.title ??
    (isComing ? undefined : id);
}

/** The title of one executor; see {@link useExecutorTitles}. */
export function useExecutorTitle(id: string | undefined): string | undefined {
  const titleOf = useExecutorTitles();
  return id === undefined ? undefined : titleOf(id);
}
