/**
 * For an element that scrolls: whoever has only a keyboard must be able to
 * reach it, or what is out of view stays out of reach (WCAG 2.1.1).
 */
export const scrollable = { tabIndex: 0 } as const;
