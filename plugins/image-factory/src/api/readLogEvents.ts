import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { createParser } from 'eventsource-parser';

/** The backend says something at once. Where nothing comes for so long, somebody on the way holds it back. */
const OPENS_WITHIN_MS = 5_000;
/** After that it says something every 15 s. */
const SILENT_FOR_MS = 45_000;

/**
 * The ranges that come as server-sent events, until the event that tells of the
 * end. A range that was cut on the way is none.
 *
 * @throws Error where the connection ends before that, or goes silent
 */
export async function* readLogEvents(options: {
  open: (signal: AbortSignal) => Promise<Response>;
  signal: AbortSignal;
  /** Called with the first bytes: nothing holds the events back. */
  onOpen: () => void;
}): AsyncGenerator<LogRange> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([options.signal, stalled.signal]);
  const giveUp = () =>
    stalled.abort(new Error('Nothing comes through this connection.'));
  let timer = setTimeout(giveUp, OPENS_WITHIN_MS);
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const response = await options.open(signal);
    reader = response.body?.getReader();
    const decoder = new TextDecoder();
    const ranges: LogRange[] = [];
    let isOver = false;
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event === 'log') ranges.push(JSON.parse(data));
        if (event === 'end') isOver = true;
      },
    });
    let isOpen = false;
    while (!isOver) {
      const next = await reader?.read();
      if (!next || next.done) {
        throw new Error('The connection ended before the log did.');
      }
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENT_FOR_MS);
      if (!isOpen) options.onOpen();
      isOpen = true;
      parser.feed(decoder.decode(next.value, { stream: true }));
      yield* ranges.splice(0);
    }
  } finally {
    clearTimeout(timer);
    // It may have failed already.
    reader?.cancel().catch(() => undefined);
  }
}
