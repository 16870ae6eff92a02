import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { BuildFilterState, fromSearch, toSearch } from './filters';

/** The filters of the list, kept in the address so that a view can be shared. */
export function useBuildFilters(): {
  filters: BuildFilterState;
  setFilters: (filters: BuildFilterState) => void;
  clear: () => void;
  isFiltered: boolean;
} {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => fromSearch(search), [search]);
  const setFilters = useCallback(
    (next: BuildFilterState) => setSearch(toSearch(next), { replace: true }),
    [setSearch],
  );
  const clear = useCallback(
    () => setSearch(new URLSearchParams(), { replace: true }),
    [setSearch],
  );
  const isFiltered =
    filters.entity !== '' ||
    filters.status.length > 0 ||
    filters.method !== undefined ||
    filters.mine;
  return { filters, setFilters, clear, isFiltered };
}
