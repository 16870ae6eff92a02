export * from './LogTail';
export * from './plainFailure';
export * from './plainText';
export * from './UpdateChannel';
