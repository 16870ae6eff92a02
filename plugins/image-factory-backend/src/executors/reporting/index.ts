export * from './describePushEvent';
export * from './describeReferrerEvent';
export * from './formatBytes';
export * from './LogTail';
export * from './plainFailure';
export * from './plainText';
export * from './ReportKeeper';
export * from './UpdateChannel';
