import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const ASK_EVERY_MS = 500;

/** Waits until the backend answers that it is ready; false if it ended before. */
export async function whenReady(child, port) {
  let over = false;
  child.once('close', () => {
    over = true;
  });
  while (!over) {
    if (await isReady(port)) {
      return true;
    }
    await delay(ASK_EVERY_MS);
  }
  return false;
}

function isReady(port) {
  return new Promise(resolve => {
    const path = '/.backstage/health/v1/readiness';
    get({ host: '127.0.0.1', port, path, timeout: 2000 }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .once('timeout', function abandon() {
        this.destroy();
      })
      .once('error', () => resolve(false));
  });
}
