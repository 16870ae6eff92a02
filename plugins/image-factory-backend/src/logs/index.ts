export * from './LogFollower';
export * from './LogHints';
export * from './LogReader';
export * from './compression';
export * from './readStepLog';
export * from './redaction';
export * from './search';
