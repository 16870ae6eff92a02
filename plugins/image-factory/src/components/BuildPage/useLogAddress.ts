import { useCallback, useMemo, useRef } from 'react';
import { useHref, useLocation, useNavigate } from 'react-router-dom';
import { LineSelection, formatLineHash, parseLineHash } from '../../log';
import { LogPermalink, LogTarget } from '../LogView';
import { shownAttempt } from './shownAttempt';
import { LogAddressState } from './useShowLog';

/** The log that the address of the page points to, such as `?step=build-image&attempt=1#L120-L140`. */
export function useLogAddress(latestAttempt: number) {
  const location = useLocation();
  const navigate = useNavigate();
  const address = new URLSearchParams(location.search);
  const step = address.get('step') ?? undefined;
  const attempt = shownAttempt(location.search, latestAttempt);
  const selection = useMemo(
    () => parseLineHash(location.hash),
    [location.hash],
  );

  const { state, key } = location;
  const target = useMemo<LogTarget | undefined>(
    () =>
      step && selection && (state as LogAddressState | null)?.isAskedFor
        ? { step, line: selection.first }
        : undefined,
    // Asked for once more, it is brought into view once more.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [step, selection, state, key],
  );

  // What is handed out is not to change with each address.
  const here = { navigate, search: location.search, attempt };
  const now = useRef(here);
  now.current = here;
  const change = useCallback((to: URLSearchParams, hash: string) => {
    now.current.navigate({ search: String(to), hash }, { replace: true });
  }, []);
  /** Shows a step of the attempt that is shown, or lines of it. */
  const go = useCallback(
    (to: { step: string; lines?: LineSelection }) => {
      const { search, attempt: shown } = now.current;
      if (to.lines) {
        change(linesOf(search, to.step, shown), formatLineHash(to.lines));
      } else {
        const query = new URLSearchParams(search);
        query.set('step', to.step);
        change(query, '');
      }
    },
    [change],
  );
  const goToLatest = useCallback(() => {
    const to = new URLSearchParams(now.current.search);
    to.delete('attempt');
    change(to, '');
  }, [change]);

  const path = useHref({ hash: '' });
  const { search } = location;
  /** How the lines of a step are pointed to. */
  const permalinkOf = useCallback(
    (name: string | undefined): LogPermalink => {
      const query = linesOf(search, name ?? '', attempt);
      return {
        // Lines without a step are of the one that is shown first.
        selection: step === undefined || step === name ? selection : undefined,
        hrefOf: lines => `${path}?${query}${formatLineHash(lines)}`,
        select: lines => {
          if (name !== undefined) go({ step: name, lines });
        },
      };
    },
    [search, attempt, step, selection, path, go],
  );

  return {
    step,
    attempt,
    isLatest: attempt === latestAttempt,
    /** What another part of the page has asked for. */
    target,
    go,
    goToLatest,
    permalinkOf,
  };
}

/** Of lines the attempt is told as well: after a retry it is another one's turn, but lines stay where they are. */
function linesOf(search: string, step: string, attempt: number) {
  const query = new URLSearchParams(search);
  query.set('step', step);
  query.set('attempt', String(attempt));
  return query;
}
