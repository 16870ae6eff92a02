import { isError } from '@backstage/errors';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const DRAIN_MILLISECONDS = 1_000;

/** Hands over what a process prints, in order; reading waits for it. */
export function readOutput(
  reader: Socket,
  onOutput: (bytes: Uint8Array) => Promise<void>,
) {
  let handedOver = 0;
  let busy = false;
  let failure: unknown;
  const reading = (async () => {
    try {
      for await (const bytes of reader) {
        busy = true;
        await onOutput(bytes);
        busy = false;
        handedOver += 1;
      }
    } catch (error) {
      failure = error;
      reader.destroy();
    }
  })();
  return {
    /**
     * The end of the stream comes when nobody holds the pipe any more. Where
     * somebody does whom the tracker has not seen, it is given up once silent.
     */
    async drain(): Promise<void> {
      let seen: number;
      let over = false;
      const end = reading.then(() => {
        over = true;
      });
      do {
        seen = handedOver;
        await Promise.race([end, delay(DRAIN_MILLISECONDS)]);
      } while (!over && (busy || handedOver > seen));
      reader.destroy();
      await end;
      if (failure && over && !isPremature(failure)) {
        throw failure;
      }
    },
  };
}

function isPremature(error: unknown): boolean {
  return isError(error) && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
