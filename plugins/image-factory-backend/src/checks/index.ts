export * from './CheckSettings';
export * from './checkKinds';
export * from './readChecks';
export * from './readScanReport';
export * from './severities';
export * from './stoppedImage';
export * from './summarizeScan';
export * from './wantedChecks';
