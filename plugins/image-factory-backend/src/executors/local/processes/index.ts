export { findProcessesIn } from './findProcessesIn';
export { listProcesses, readProcess } from './listProcesses';
export type { ProcessInfo } from './listProcesses';
export { bootId } from './bootId';
export { ProcessTracker } from './ProcessTracker';
export { runProcess } from './runProcess';
export type { ProcessEnd } from './runProcess';
export { signalGroup, signalProcess } from './signalProcess';
