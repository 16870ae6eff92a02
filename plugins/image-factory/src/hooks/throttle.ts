/**
 * Runs `action` at once, then at most once every `intervalMs`; a call in
 * between is not lost but runs at the interval's end.
 */
export function throttle(
  action: () => void,
  intervalMs: number,
): { (): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;

  function run() {
    if (timer) {
      again = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        run();
      }
    }, intervalMs);
    action();
  }

  run.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    again = false;
  };
  return run;
}
