export * from './describePushEvent';
export * from './formatBytes';
export * from './LogTail';
export * from './plainFailure';
export * from './plainText';
export * from './UpdateChannel';
