export { ClusterReadiness } from './ClusterReadiness';
export type { Obstacles } from './verdict';
