import { RefObject, useCallback, useEffect, useRef } from 'react';

/** By what a reader scrolls, or is about to do something else than to wait. */
const READER_MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/**
 * Scrolls the page to a log whose lines a link points to: the log scrolls its
 * own lines, but may itself lie below what is in view.
 */
export function useBringIntoView(log: RefObject<HTMLElement>) {
  const hasReaderMoved = useRef(false);
  useEffect(() => {
    const onMove = () => {
      hasReaderMoved.current = true;
    };
    const options = { capture: true, passive: true };
    READER_MOVES.forEach(type =>
      window.addEventListener(type, onMove, options),
    );
    return () =>
      READER_MOVES.forEach(type =>
        window.removeEventListener(type, onMove, options),
      );
  }, []);

  const bringIntoView = useCallback(() => {
    // At once: a way through a long page tells nothing, and some cannot bear it.
    log.current?.scrollIntoView({ block: 'center', behavior: 'instant' });
  }, [log]);
  /** Does so unless the reader has gone on to something else since the log is there. */
  const bringIntoViewUnlessMoved = useCallback(() => {
    if (!hasReaderMoved.current) bringIntoView();
  }, [bringIntoView]);
  return { bringIntoView, bringIntoViewUnlessMoved };
}
