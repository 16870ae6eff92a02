export { BuildTable } from './BuildTable';
export type { BuildOrder } from './BuildTable';
