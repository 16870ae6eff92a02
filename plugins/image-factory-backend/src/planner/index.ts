export * from './placement';
export * from './plan';
export * from './types';
