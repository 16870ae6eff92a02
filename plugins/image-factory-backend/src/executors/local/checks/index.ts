export * from './chooseCheckTools';
export * from './ImageChecks';
export * from './pushReports';
export * from './withCheckSteps';
