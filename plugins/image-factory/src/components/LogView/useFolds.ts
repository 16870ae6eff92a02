import { useCallback, useMemo, useRef, useState } from 'react';
import { LogGroup } from '../../log';

/** Which groups of a log are folded. */
export type Folds = {
  /**
   * The index of the first line of each, and where it ended when it was folded:
   * what is at hand of it later stays in view, or a long one would be fetched
   * to its end only to be hidden.
   */
  folded: ReadonlyMap<number, number>;
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
  const [folded, setFolded] = useState<ReadonlyMap<number, number>>(new Map());
  const groupsNow = useRef(groups);
  groupsNow.current = groups;

  const toggle = useCallback((number: number) => {
    setFolded(before => {
      const after = new Map(before);
      const group = groupsNow.current.find(({ first }) => first === number - 1);
      if (!after.delete(number - 1) && group) after.set(group.first, group.end);
      return after;
    });
  }, []);
  const reveal = useCallback((number: number) => {
    const line = number - 1;
    setFolded(before => {
      const hiding = groupsNow.current.filter(
        ({ first }) => first < line && line < (before.get(first) ?? 0),
      );
      if (hiding.length === 0) return before;
      const after = new Map(before);
      hiding.forEach(({ first }) => after.delete(first));
      return after;
    });
  }, []);
  const foldAll = useCallback(
    () =>
      setFolded(
        new Map(groupsNow.current.map(({ first, end }) => [first, end])),
      ),
    [],
  );
  const unfoldAll = useCallback(() => setFolded(new Map()), []);

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
