/** For `jest.useFakeTimers`: sets the clock of the machine, and lets timers go on as they do. */
export const EVERYTHING_BUT_DATE = [
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
] as const;
