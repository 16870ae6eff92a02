export { LogView } from './LogView';
export type { LogTarget } from './LogView';
