import { BLOCK_LINES } from './LogBuffer';

/** A log that is no longer than this is read as a whole. */
const WHOLE_BYTES = 1024 * 1024;
/** Of a longer one, about so much of its end. */
const TAIL_BYTES = 128 * 1024;

/** The block from which on a log is read; what stands before it is fetched when somebody looks at it. */
export function tailBlock(log: { logBytes: number; logLines: number }): number {
  const { logBytes, logLines } = log;
  if (logBytes <= WHOLE_BYTES) return 0;
  const tailLines = Math.ceil((logLines * TAIL_BYTES) / logBytes);
  return Math.floor(Math.max(0, logLines - tailLines) / BLOCK_LINES);
}
