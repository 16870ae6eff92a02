const MEBIBYTE = 1024 * 1024;

/** Of what one step prints so much is kept, wherever it runs. */
export const MAX_LOG_BYTES = 256 * MEBIBYTE;

/** Stands in a log where it is cut. */
export function describeCut(maxBytes: number): string {
  const cap =
    maxBytes % MEBIBYTE === 0
      ? `${maxBytes / MEBIBYTE} MiB`
      : `${maxBytes} bytes`;
  return `[log cut here: the step has printed more than ${cap}; the rest is not kept]`;
}
