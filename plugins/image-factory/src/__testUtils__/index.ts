export * from './FakeImageFactoryApi';
export * from './examples';
export * from './renderPage';
export * from './retriedBuild';
