import { useCallback, useMemo, useRef, useState } from 'react';
import { LogGroup } from '../../log';

/** Which groups of a log are folded. */
export type Folds = {
  /** The index of the first line of each. */
  folded: ReadonlySet<number>;
  hasGroups: boolean;
  areAllFolded: boolean;
  /** Folds the group that begins with this line, by its number, or unfolds it. */
  toggle: (number: number) => void;
  /** Unfolds what hides a line, by its number. */
  reveal: (number: number) => void;
  foldAll: () => void;
  unfoldAll: () => void;
};

/** Keeps which groups are folded; at first none is, so that nothing is hidden from a search of the eyes. */
export function useFolds(groups: LogGroup[]): Folds {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const groupsNow = useRef(groups);
  groupsNow.current = groups;

  const toggle = useCallback((number: number) => {
    setFolded(before => {
      const after = new Set(before);
      if (!after.delete(number - 1)) after.add(number - 1);
      return after;
    });
  }, []);
  const reveal = useCallback((number: number) => {
    const line = number - 1;
    setFolded(before => {
      const hiding = groupsNow.current.filter(
        ({ first, end }) => before.has(first) && first < line && line < end,
      );
      if (hiding.length === 0) return before;
      const after = new Set(before);
      hiding.forEach(({ first }) => after.delete(first));
      return after;
    });
  }, []);
  const foldAll = useCallback(
    () => setFolded(new Set(groupsNow.current.map(({ first }) => first))),
    [],
  );
  const unfoldAll = useCallback(() => setFolded(new Set()), []);

  return useMemo(
    () => ({
      folded,
      hasGroups: groups.length > 0,
      areAllFolded:
        groups.length > 0 && groups.every(({ first }) => folded.has(first)),
      toggle,
      reveal,
      foldAll,
      unfoldAll,
    }),
    [folded, groups, toggle, reveal, foldAll, unfoldAll],
  );
}
