import {
  RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { LogLayout, scrollScale } from '../../log';

/** The lines in view change in steps of so many pixels, so that most of a scroll draws nothing anew. */
const STEP = 200;
/** So many pixels above and below the view are drawn as well. */
const OVERSCAN = 600;

/** Which lines of a log are drawn, and where. */
export type LogScroll = {
  /** The height of the element that is scrolled. */
  height: number;
  /** The lines to draw, by their index. */
  lines: number[];
  /** Where in the element the first of them stands. */
  top: number;
  /** The first and the last line that are in view, the last one excluded. */
  view: { from: number; to: number };
  /** Brings a line into the middle of the view. */
  scrollToLine: (line: number) => void;
};

/** Scrolls a log by its layout. What changes above the view does not move what is in it. */
export function useLogScroll(
  scroller: RefObject<HTMLElement>,
  layout: LogLayout,
): LogScroll {
  const [viewHeight, setViewHeight] = useState(0);
  const [scrollTop, setScrollTop] = useState(0);
  /** The line that stays where it is, and how far below the top of the view it stands. */
  const anchor = useRef({ line: 0, below: 0 });
  const expected = useRef(0);
  const scale = useMemo(
    () => scrollScale(layout.height, viewHeight),
    [layout, viewHeight],
  );
  const now = useRef({ layout, scale });
  now.current = { layout, scale };

  const show = useCallback((top: number) => {
    setScrollTop(
      now.current.scale.isExact ? Math.floor(top / STEP) * STEP : top,
    );
  }, []);

  /** Takes what is in view now for what stays, where somebody has scrolled since; tells whether that is so. */
  const settle = useCallback((element: HTMLElement) => {
    if (Math.abs(element.scrollTop - expected.current) <= 1) return false;
    const { layout: shown, scale: by } = now.current;
    const top = by.toContent(element.scrollTop);
    const line = shown.lineAt(top);
    anchor.current = { line, below: shown.topOf(line) - top };
    expected.current = element.scrollTop;
    return true;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => setViewHeight(element.clientHeight);
    const onScroll = () => {
      settle(element);
      show(element.scrollTop);
    };
    measure();
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer =
      typeof ResizeObserver === 'undefined'
        ? undefined
        : new ResizeObserver(measure);
    observer?.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer?.disconnect();
    };
  }, [scroller, settle, show]);

  const place = useCallback(() => {
    const element = scroller.current;
    // Whoever else has moved it, such as the end that is followed, has a reason.
    if (!element || settle(element)) return;
    const { layout: shown, scale: by } = now.current;
    const { line, below } = anchor.current;
    const top = by.toScroll(Math.max(0, shown.topOf(line) - below));
    if (Math.abs(element.scrollTop - top) > 1) {
      element.scrollTop = top;
      expected.current = element.scrollTop;
      show(element.scrollTop);
    }
  }, [scroller, settle, show]);

  // Lines that were folded, or that came and are wrapped, have moved the others.
  useLayoutEffect(place, [place, layout, scale]);

  const scrollToLine = useCallback(
    (line: number) => {
      const element = scroller.current;
      if (!element) return;
      settle(element);
      anchor.current = { line, below: Math.round(element.clientHeight / 2) };
      place();
    },
    [scroller, settle, place],
  );

  const contentTop = scale.toContent(scrollTop);
  const lines = useMemo(
    () =>
      layout.linesBetween(
        contentTop - OVERSCAN,
        contentTop + viewHeight + STEP + OVERSCAN,
      ),
    [layout, contentTop, viewHeight],
  );
  return {
    height: scale.elementHeight,
    lines,
    top: layout.topOf(lines[0] ?? 0) - contentTop + scrollTop,
    view: {
      from: layout.lineAt(contentTop),
      to: layout.lineAt(contentTop + viewHeight + STEP) + 1,
    },
    scrollToLine,
  };
}
