import { RefObject, useEffect, useState } from 'react';

const PROBE = '0'.repeat(100);

/** How many characters of a line fit side by side where lines are wrapped; undefined where they are not. */
export function useColumns(
  scroller: RefObject<HTMLElement>,
  wraps: boolean,
  /** Changes where there is more or less room for them. */
  room: unknown,
): number | undefined {
  const [columns, setColumns] = useState<number>();
  useEffect(() => {
    const element = scroller.current;
    if (!wraps || !element) {
      setColumns(undefined);
      return undefined;
    }
    const measure = () => {
      const text = element.querySelector('[data-column]');
      const width = characterWidth(element);
      if (text && width > 0) {
        setColumns(Math.max(1, Math.floor(text.clientWidth / width)));
      }
    };
    measure();
    if (typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, wraps, room]);
  return columns;
}

/** The font has one width for all. */
function characterWidth(parent: HTMLElement): number {
  const probe = document.createElement('span');
  probe.textContent = PROBE;
  probe.style.position = 'absolute';
  probe.style.visibility = 'hidden';
  parent.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width / PROBE.length;
}
