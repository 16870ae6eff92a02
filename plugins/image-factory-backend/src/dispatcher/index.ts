export * from './Dispatcher';
export * from './ExecutionRunner';
export * from './ExecutorMonitor';
export * from './isDoneWithin';
export * from './LeaseKeeper';
export * from './RunReconciler';
export * from './WakeUp';
