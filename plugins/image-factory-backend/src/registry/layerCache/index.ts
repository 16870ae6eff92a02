export { checkLayerCache } from './checkLayerCache';
export { findLayerCacheConflict } from './findLayerCacheConflict';
export { layerCacheRepository } from './layerCacheRepository';
