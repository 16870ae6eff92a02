import { useCallback, useState } from 'react';

const PREFIX = 'image-factory.';

/** A choice that this browser keeps; without a place to keep it, it holds for the page. */
export function useRememberedToggle(
  name: string,
): [isOn: boolean, set: (isOn: boolean) => void] {
  const key = `${PREFIX}${name}`;
  const [isOn, setIsOn] = useState(() => {
    try {
      return localStorage.getItem(key) === 'on';
    } catch {
      return false;
    }
  });
  const set = useCallback(
    (next: boolean) => {
      setIsOn(next);
      try {
        localStorage.setItem(key, next ? 'on' : 'off');
      } catch {
        // It is full, or forbidden here.
      }
    },
    [key],
  );
  return [isOn, set];
}
