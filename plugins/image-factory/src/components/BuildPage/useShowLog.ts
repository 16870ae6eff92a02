import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { formatLineHash } from '../../log';
import { stepSearch } from './useBuildView';

/** Tells an address that is asked for from one that a reader comes by: what is asked for is brought into view. */
export type LogAddressState = { isAskedFor: true };

const ASKED: LogAddressState = { isAskedFor: true };

/** Leads to the log of a step of an attempt, or to a line of it. */
export function useShowLog(
  attempt: number,
): (step: string, line?: number) => void {
  const navigate = useNavigate();
  const { search, hash } = useLocation();
  return useCallback(
    (step, line) => {
      const to = {
        search: `?${stepSearch(attempt, step)}`,
        hash:
          line === undefined ? '' : formatLineHash({ first: line, last: line }),
      };
      navigate(to, {
        state: ASKED,
        // Whoever asks once more wants to see it again, not to go back to it.
        replace: to.search === search && to.hash === hash,
      });
    },
    [navigate, attempt, search, hash],
  );
}
