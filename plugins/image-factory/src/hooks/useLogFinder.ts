import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { imageFactoryApiRef } from '../api';
import { LogFinder, LogFinderState } from '../log';

/** Whoever types has not finished yet; after so long without a key they have. */
const TYPING_MS = 150;
/** The most that the backend gives at once. */
const PAGE_MATCHES = 100;

/** What was found, and which of it is shown. */
export type FoundLines = LogFinderState & {
  /** The place of the shown line among the matches. */
  current: number;
  /** The number of the shown line, from 1. */
  currentLine: number | undefined;
  /** Changes each time the reader asks for a line, and never by itself. */
  request: string;
  next: () => void;
  previous: () => void;
};

const NOTHING: LogFinderState = {
  matches: [],
  hasMore: false,
  isSearching: false,
  error: undefined,
};

/** Looks for a text in the whole log of a step; an empty text finds nothing. */
export function useLogFinder(options: {
  buildId: string;
  attempt: number;
  step: string;
  query: string;
  /** A log that has changed since is searched anew. */
  revision: string;
}): FoundLines {
  const { buildId, attempt, step, query, revision } = options;
  const api = useApi(imageFactoryApiRef);
  const [state, setState] = useState(NOTHING);
  const [place, setPlace] = useState({ current: 0, moves: 0 });
  const finder = useRef<LogFinder>();
  const found = useRef(0);
  found.current = state.matches.length;

  useEffect(() => {
    setPlace({ current: 0, moves: 0 });
  }, [query]);

  useEffect(() => {
    if (query === '') {
      setState(NOTHING);
      return undefined;
    }
    setState({ ...NOTHING, isSearching: true });
    const search = LogFinder.create({
      search: page =>
        api.searchLog(buildId, {
          step,
          attempt,
          query,
          limit: PAGE_MATCHES,
          ...page,
        }),
      onChange: setState,
    });
    finder.current = search;
    const timer = setTimeout(() => search.more(), TYPING_MS);
    return () => {
      clearTimeout(timer);
      search.close();
    };
  }, [api, buildId, attempt, step, query, revision]);

  const { matches, hasMore, isSearching } = state;
  const { current, moves } = place;
  const goTo = useCallback((index: number) => {
    setPlace(before => ({ current: index, moves: before.moves + 1 }));
  }, []);
  const next = useCallback(async () => {
    if (current + 1 < matches.length) {
      goTo(current + 1);
      return;
    }
    // What comes next is on its way.
    if (isSearching) return;
    if (hasMore) await finder.current?.more();
    goTo(found.current > matches.length ? matches.length : 0);
  }, [current, matches, hasMore, isSearching, goTo]);
  const previous = useCallback(() => {
    goTo(current > 0 ? current - 1 : Math.max(0, matches.length - 1));
  }, [current, matches, goTo]);

  return {
    ...state,
    current,
    currentLine: matches[current]?.line,
    request: `${moves} ${query}`,
    next,
    previous,
  };
}
