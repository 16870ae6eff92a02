export { BuildTimeline } from './BuildTimeline';
export type { StepLink } from './BuildTimeline';
