import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/** The views of a build, in the order of their tabs. */
export const BUILD_VIEWS = [
  'run',
  'timeline',
  'graph',
  'events',
  'vulnerabilities',
  'artifacts',
] as const;

/** What is looked at of a build. */
export type BuildView = (typeof BUILD_VIEWS)[number];

/** What the executor of the portal's own machine is called: no cluster tells of it. */
const LOCAL = 'local';

/** The views that an attempt has by where it runs, and the one that is asked for. */
export function viewsOf(
  executor: string | undefined,
  asked: BuildView,
): BuildView[] {
  const isOnCluster = executor !== undefined && executor !== LOCAL;
  return BUILD_VIEWS.filter(
    view => view !== 'events' || isOnCluster || asked === 'events',
  );
}

/** What belongs to one view alone, and says nothing in another. */
const OF_ONE_VIEW = ['view', 'step', 'severity', 'find', 'fixable'];

/** The view that the address of the page points to, such as `?view=timeline`; the run itself unless told. */
export function useBuildView(): {
  view: BuildView;
  show: (view: BuildView) => void;
} {
  const { search } = useLocation();
  const navigate = useNavigate();
  const asked = new URLSearchParams(search).get('view');
  const view = BUILD_VIEWS.find(each => each === asked) ?? 'run';
  const show = useCallback(
    (next: BuildView) => {
      if (next !== view) navigate({ search: searchOf(search, next) });
    },
    [navigate, search, view],
  );
  return { view, show };
}

/** The address of a view of the attempt that is shown. */
export function searchOf(search: string, view: BuildView): string {
  const query = new URLSearchParams(search);
  OF_ONE_VIEW.forEach(name => query.delete(name));
  if (view !== 'run') query.set('view', view);
  return String(query);
}

/** The address of the log of a step. */
export function stepSearch(attempt: number, step: string): string {
  return String(new URLSearchParams({ attempt: String(attempt), step }));
}
