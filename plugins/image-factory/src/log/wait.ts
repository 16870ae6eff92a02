/** Resolves after a while, or at once when the signal aborts. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** Resolves when the page is seen, or when the signal aborts. */
export function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    function check() {
      if (signal.aborted || document.visibilityState !== 'hidden') {
        document.removeEventListener('visibilitychange', check);
        signal.removeEventListener('abort', check);
        resolve();
      }
    }
    document.addEventListener('visibilitychange', check);
    signal.addEventListener('abort', check);
    check();
  });
}

/** Aborts when the page is hidden; listens for that until it does, or until the signal aborts. */
export function untilHidden(signal: AbortSignal): AbortSignal {
  const hidden = new AbortController();
  function check() {
    if (document.visibilityState === 'hidden') hidden.abort();
    if (hidden.signal.aborted || signal.aborted) {
      document.removeEventListener('visibilitychange', check);
      signal.removeEventListener('abort', check);
    }
  }
  document.addEventListener('visibilitychange', check);
  signal.addEventListener('abort', check);
  return hidden.signal;
}
