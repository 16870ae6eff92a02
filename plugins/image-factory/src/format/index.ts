export * from './errorMessage';
export * from './formatAge';
export * from './formatBytes';
export * from './formatCommit';
export * from './formatDuration';
export * from './formatImage';
