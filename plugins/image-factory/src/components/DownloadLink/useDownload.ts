import { useCookieAuthRefresh } from '@backstage/plugin-auth-react';
import { QueryKey, useQuery } from '@tanstack/react-query';

/** Whether files can be saved by plain links, and what is needed for those. */
export type Download<T> =
  | { status: 'preparing' }
  | { status: 'ready'; target: T }
  | { status: 'failed'; error: Error; retry: () => void };

/**
 * Prepares plain links, by which the browser saves files without holding them
 * in memory. They carry no token; the user cookie stands in for it.
 */
export function useDownload<T>(options: {
  /** Names what is offered among all that is. */
  file: QueryKey;
  /** The address, or those of several files. */
  getTarget: () => Promise<T>;
}): Download<T> {
  const cookie = useCookieAuthRefresh({ pluginId: 'image-factory' });
  const target = useQuery({
    queryKey: ['download-url', ...options.file],
    queryFn: options.getTarget,
    staleTime: Infinity,
    retry: false,
  });
  const error = cookie.status === 'error' ? cookie.error : target.error;
  if (error) {
    return {
      status: 'failed',
      error,
      retry: () => {
        if (cookie.status === 'error') cookie.retry();
        if (target.error) target.refetch();
      },
    };
  }
  return cookie.status === 'success' && target.data !== undefined
    ? { status: 'ready', target: target.data }
    : { status: 'preparing' };
}
