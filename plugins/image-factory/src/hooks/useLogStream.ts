import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { imageFactoryApiRef } from '../api';
import {
  LogStream,
  LogStreamState,
  untilHidden,
  untilVisible,
  wait,
} from '../log';
import { POLL_ACTIVE_MS, retryDelay } from './pollInterval';

/** How often a growing log is asked for more where it cannot be followed. */
const POLL_LOG_MS = 1_000;

/** Wakes whoever reads a log when a signal says that it grew. */
export type LogWaker = { current: (() => void) | undefined };

/** Reads the log of one step as long as it is shown. */
export function useLogStream(options: {
  buildId: string;
  attempt: number;
  step: string;
  waker: LogWaker;
}): LogStreamState | undefined {
  const { buildId, attempt, step, waker } = options;
  const api = useApi(imageFactoryApiRef);
  const [state, setState] = useState<LogStreamState>();

  useEffect(() => {
    const abort = new AbortController();
    setState(undefined);
    const stream = LogStream.create({
      read: async range => {
        await untilVisible(range.signal);
        return api.readLog(buildId, { step, attempt, ...range });
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
          yield* api.followLog(buildId, { step, attempt, ...range, signal });
        } finally {
          over.abort();
        }
      },
      wait,
      pause: failures =>
        failures > 0 ? retryDelay(failures) + POLL_ACTIVE_MS : POLL_LOG_MS,
      onChange: setState,
    });
    const wake = () => stream.wake();
    waker.current = wake;
    stream.run(abort.signal);
    return () => {
      abort.abort();
      if (waker.current === wake) {
        waker.current = undefined;
      }
    };
  }, [api, buildId, attempt, step, waker]);

  return state;
}
