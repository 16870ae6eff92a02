export * from './BuildAgain';
