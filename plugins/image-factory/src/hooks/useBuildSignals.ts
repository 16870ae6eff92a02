import { useCallback, useEffect, useRef } from 'react';
import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  BUILDS_SIGNAL_CHANNEL,
  BuildsSignal,
} from '@image-factory/backstage-plugin-image-factory-common';

/**
 * Calls `onSignal` with every signal about builds, and tells when the last one
 * was heard. It subscribes to the signal API itself: the hook that comes with
 * it keeps only the last message of a render, and would lose hints in a burst.
 */
export function useBuildSignals(onSignal: (signal: BuildsSignal) => void): {
  lastSignalAt: () => number | undefined;
} {
  const signals = useApiHolder().get(signalApiRef);
  const lastSignal = useRef<number>();
  const listener = useRef(onSignal);
  useEffect(() => {
    listener.current = onSignal;
  }, [onSignal]);

  useEffect(() => {
    const subscription = signals?.subscribe<BuildsSignal>(
      BUILDS_SIGNAL_CHANNEL,
      signal => {
        lastSignal.current = Date.now();
        listener.current(signal);
      },
    );
    return () => subscription?.unsubscribe();
  }, [signals]);

  const lastSignalAt = useCallback(() => lastSignal.current, []);
  return { lastSignalAt };
}
