/**
 * How high an element is made at most, in pixels. Browsers stop at 17.9 million
 * (Firefox) and 33.5 million (Chromium, Safari), which is less than 900,000 lines.
 */
export const MOST_PIXELS = 15_000_000;
/** At both ends so much is scrolled pixel by pixel; only what lies between is made shorter. */
const EXACT_PIXELS = 2_000_000;

/** A content that may be higher than a browser lets an element be. */
export type ScrollScale = {
  /** How high the element is to be. */
  elementHeight: number;
  isExact: boolean;
  /** The place in the content that a place of the scroll bar stands for. */
  toContent: (scrollTop: number) => number;
  /** The reverse. */
  toScroll: (top: number) => number;
};

/** How a content of this height is scrolled in a view of that. */
export function scrollScale(
  contentHeight: number,
  viewHeight: number,
): ScrollScale {
  if (contentHeight <= MOST_PIXELS) {
    const same = (place: number) => place;
    return {
      elementHeight: contentHeight,
      isExact: true,
      toContent: same,
      toScroll: same,
    };
  }
  const mostScroll = MOST_PIXELS - viewHeight;
  const mostContent = contentHeight - viewHeight;
  const factor =
    (mostContent - 2 * EXACT_PIXELS) / (mostScroll - 2 * EXACT_PIXELS);
  return {
    elementHeight: MOST_PIXELS,
    isExact: false,
    toContent: scrollTop => {
      if (scrollTop <= EXACT_PIXELS) return scrollTop;
      if (scrollTop >= mostScroll - EXACT_PIXELS) {
        return mostContent - (mostScroll - scrollTop);
      }
      return EXACT_PIXELS + (scrollTop - EXACT_PIXELS) * factor;
    },
    toScroll: top => {
      if (top <= EXACT_PIXELS) return top;
      if (top >= mostContent - EXACT_PIXELS) {
        return mostScroll - (mostContent - top);
      }
      return EXACT_PIXELS + (top - EXACT_PIXELS) / factor;
    },
  };
}
