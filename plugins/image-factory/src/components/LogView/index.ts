export { LogView } from './LogView';
export type { LogPermalink, LogTarget } from './LogView';
