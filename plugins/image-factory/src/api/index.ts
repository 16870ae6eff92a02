export * from './ImageFactoryApi';
export * from './ImageFactoryClient';
