/**
 * Build images from catalog components and watch the builds.
 *
 * @packageDocumentation
 */
export * from './api';
export * from './routes';
export * from './translation';
export { isImageFactoryAvailable } from '@image-factory/backstage-plugin-image-factory-common';
