export * from './OpenStreams';
export * from './createRouter';
