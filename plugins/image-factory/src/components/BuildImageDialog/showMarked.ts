const MARKED = '[aria-invalid="true"], [role="alert"]';

/** Brings the first thing that is marked in a form into view, and the focus to it unless that is to stay. */
export function showMarked(
  form: HTMLElement,
  options: { keepsFocus?: boolean } = {},
) {
  const marked = form.querySelector<HTMLElement>(MARKED);
  if (!marked) return;
  if (!options.keepsFocus) {
    if (marked.matches('[role="alert"]')) marked.tabIndex = -1;
    marked.focus({ preventScroll: true });
  }
  showWhole(marked);
}

/** Brings what is wrong with the field that the reader types into view below it; nothing where that is right. */
export function showTyped(typed: HTMLElement) {
  if (typed.matches(MARKED)) showWhole(typed);
}

function showWhole(marked: HTMLElement) {
  // What is wrong stands below the field, in what holds both.
  const whole = marked.parentElement?.closest('[data-invalid]') ?? marked;
  whole.scrollIntoView({ block: 'nearest', behavior: 'instant' });
}
