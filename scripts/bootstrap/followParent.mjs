const LOOK_EVERY_MS = 500;

/**
 * npm hands a signal to the shell that it started, and that shell dies of it
 * without telling this process. So a run that npm or Yarn started ends as well
 * when its parent is gone.
 */
export function followParent(onGone, environment = process.env) {
  if (environment.npm_lifecycle_event === undefined) {
    return;
  }
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(looking);
      onGone();
    }
  }, LOOK_EVERY_MS);
  looking.unref();
}
