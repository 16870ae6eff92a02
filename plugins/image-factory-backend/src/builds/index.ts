export * from './BuildMoves';
export * from './BuildService';
export * from './explainWait';
export * from './resolveBuild';
export * from './userCredentials';
