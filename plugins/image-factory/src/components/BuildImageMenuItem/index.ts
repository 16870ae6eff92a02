export { useBuildImageMenuItem } from './useBuildImageMenuItem';
export type { BuildImageMenuItem } from './useBuildImageMenuItem';
export { useBuildImageLink } from './useBuildImageLink';
