import {
  RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

/** Within so many pixels of the end counts as being there: about a line. */
const END_TOLERANCE = 24;

/** What a scroll container says of itself. */
export type ScrollPosition = {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
};

/**
 * Whether to go on following after a scroll. Only moving up lets go, since a
 * log that grows leaves the end behind without anybody scrolling; being at the
 * end takes it up again.
 */
export function followAfterScroll(
  following: boolean,
  previousTop: number,
  position: ScrollPosition,
): boolean {
  const { scrollTop, scrollHeight, clientHeight } = position;
  if (scrollHeight - scrollTop - clientHeight <= END_TOLERANCE) {
    return true;
  }
  return following && scrollTop >= previousTop;
}

/** Keeps a growing scroll container at its end until its reader scrolls up. */
export function useFollow(options: {
  scroller: RefObject<HTMLElement>;
  /** Changes whenever the content does in size. */
  size: number | string;
  initially: boolean;
}): {
  following: boolean;
  setFollowing: (following: boolean) => void;
} {
  const { scroller, size, initially } = options;
  const [following, setFollowing] = useState(initially);
  const followingNow = useRef(following);
  const previousTop = useRef(0);

  const change = useCallback((next: boolean) => {
    followingNow.current = next;
    setFollowing(next);
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) {
      return undefined;
    }
    const onScroll = () => {
      const next = followAfterScroll(
        followingNow.current,
        previousTop.current,
        element,
      );
      previousTop.current = element.scrollTop;
      if (next !== followingNow.current) {
        change(next);
      }
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller, change]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (following && element) {
      element.scrollTop = element.scrollHeight;
      previousTop.current = element.scrollTop;
    }
  }, [scroller, following, size]);

  return { following, setFollowing: change };
}
