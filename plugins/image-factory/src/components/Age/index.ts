export { Age } from './Age';
export { TickingDuration } from './TickingDuration';
export * from './runSpan';
