/**
 * Build images from catalog components and watch the builds.
 *
 * @packageDocumentation
 */
export * from './api';
export * from './plugin';
export * from './routes';
export * from './translation';
export { useBuildImageMenuItem } from './components/BuildImageMenuItem';
export type { BuildImageMenuItem } from './components/BuildImageMenuItem';
export { isImageFactoryAvailable } from '@image-factory/backstage-plugin-image-factory-common';
