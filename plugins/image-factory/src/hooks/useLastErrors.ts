import { useCallback, useState } from 'react';
import { QueryKey, hashKey } from '@tanstack/react-query';

/**
 * Tells why queries have failed, each until its next answer is there. A query
 * without data forgets its error as soon as it asks again: what says so would
 * leave the page and come back with each try, be announced anew and lose the
 * focus.
 */
export function useLastErrors() {
  const [last] = useState(() => new Map<string, Error>());
  return useCallback(
    (
      queryKey: QueryKey,
      query: {
        error: Error | null;
        failureReason: Error | null;
        isPending: boolean;
      },
    ): Error | undefined => {
      const key = hashKey(queryKey);
      const current = query.error ?? query.failureReason;
      if (current) last.set(key, current);
      else if (!query.isPending) last.delete(key);
      return last.get(key);
    },
    [last],
  );
}
