import { RefObject, useEffect } from 'react';
import { showMarked, showTyped } from './showMarked';

/** Shows by itself what is marked, but takes nothing from view that the reader is typing. */
export function useShowMarked(
  form: RefObject<HTMLFormElement>,
  options: {
    /** What is marked, in a text that changes with it; empty where nothing is. */
    marks: string;
    hasTyped: boolean;
    /** Whether all fields are there, the inputs of the method being the last. */
    isWhole: boolean;
    submitError: Error | null;
  },
) {
  const { marks, hasTyped, isWhole, submitError } = options;
  useEffect(() => {
    if (!form.current || marks === '' || !isWhole) return;
    const { activeElement } = document;
    if (hasTyped && activeElement instanceof HTMLInputElement) {
      showTyped(activeElement);
    } else {
      showMarked(form.current, { keepsFocus: true });
    }
    // Typing alone shows nothing anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [form, marks, isWhole]);
  useEffect(() => {
    if (form.current && submitError) showMarked(form.current);
  }, [form, submitError]);
}
