export * from './buildQueries';
export * from './useBuildList';
export * from './useBuildSignals';
export * from './useLiveQuery';
export * from './useNow';
export * from './useLogStream';
export * from './useFollow';
export * from './useWords';
