export * from './LogSearch';
