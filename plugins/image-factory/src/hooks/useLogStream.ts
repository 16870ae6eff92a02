import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import {
  LogPages,
  LogStream,
  LogStreamState,
  tailBlock,
  untilHidden,
  untilVisible,
  wait,
} from '../log';
import { POLL_ACTIVE_MS, retryDelay } from './pollInterval';

/** How often a growing log is asked for more where it cannot be followed. */
const POLL_LOG_MS = 1_000;

/** Wakes whoever reads a log when a signal says that it grew. */
export type LogWaker = { current: (() => void) | undefined };

/** A log that is shown. */
export type ShownLog = LogStreamState & {
  /** Tells which lines are looked at, by their index, the end excluded: those that are not at hand are fetched. */
  want: (from: number, to: number) => void;
};

/** Reads the log of one step as long as it is shown: its end as it grows, and the rest where somebody looks at it. */
export function useLogStream(options: {
  buildId: string;
  attempt: number;
  step: Step;
  waker: LogWaker;
}): ShownLog | undefined {
  const { buildId, attempt, step, waker } = options;
  const { name } = step;
  const api = useApi(imageFactoryApiRef);
  const [state, setState] = useState<ShownLog>();
  // Where the reading begins; what comes later makes no difference to it.
  const [firstBlock] = useState(() => tailBlock(step));

  useEffect(() => {
    const abort = new AbortController();
    setState(undefined);
    let pageError: Error | undefined;
    const pause = (failures: number) =>
      failures > 0 ? retryDelay(failures) + POLL_ACTIVE_MS : POLL_LOG_MS;
    // Once both parts are there.
    let onStream = () => {};
    const stream = LogStream.create({
      firstBlock,
      read: async range => {
        await untilVisible(range.signal);
        return api.readLog(buildId, { step: name, attempt, ...range });
      },
      // A browser has a few connections to a host for all its pages together:
      // one that nobody sees gives its own back.
      follow: async function* follow({ signal: streamSignal, ...range }) {
        await untilVisible(streamSignal);
        const over = new AbortController();
        const signal = AbortSignal.any([
          streamSignal,
          untilHidden(over.signal),
        ]);
        try {
          yield* api.followLog(buildId, {
            step: name,
            attempt,
            ...range,
            signal,
          });
        } finally {
          over.abort();
        }
      },
      wait,
      pause,
      onChange: () => onStream(),
    });
    const pages = LogPages.create({
      buffer: stream.buffer,
      read: range => api.readLog(buildId, { step: name, attempt, ...range }),
      wait,
      pause,
      onChange: error => {
        pageError = error;
        show();
      },
    });
    const want = (from: number, to: number) => pages.want(from, to);
    function show() {
      if (!abort.signal.aborted) {
        const { state: shown } = stream;
        setState({ ...shown, error: shown.error ?? pageError, want });
      }
    }
    onStream = () => {
      pages.evict();
      show();
    };
    show();
    const wake = () => stream.wake();
    waker.current = wake;
    stream.run(abort.signal);
    return () => {
      abort.abort();
      pages.close();
      if (waker.current === wake) {
        waker.current = undefined;
      }
    };
  }, [api, buildId, attempt, name, firstBlock, waker]);

  return state;
}
