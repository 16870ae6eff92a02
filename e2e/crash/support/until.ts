import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_AFTER_MS = 60_000;

/** Looks as often as the machine can whether something has come about: moments that are to be hit last for milliseconds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    if (performance.now() - since > GIVE_UP_AFTER_MS) {
      throw new Error(`It did not come about that ${what}`);
    }
    await delay(1);
  }
}
