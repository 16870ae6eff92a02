import { RefObject, useEffect, useRef, useState } from 'react';

/** Beside the bars: the names, the times and the durations; below this width they have a line of their own. */
const OTHER_COLUMNS_PX = 320;
const NARROW_PX = 560;
const A_TICK_PX = 90;

/** How many ticks there is room for. */
export function useTickAmount(): {
  ref: RefObject<HTMLDivElement>;
  mostTicks: number;
} {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(([entry]) =>
      setWidth(entry.contentRect.width),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const room = width < NARROW_PX ? width : width - OTHER_COLUMNS_PX;
  const ticks = Math.floor(room / A_TICK_PX);
  return { ref, mostTicks: Math.min(8, Math.max(3, ticks)) };
}
