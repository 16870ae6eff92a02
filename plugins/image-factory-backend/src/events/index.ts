export * from './BuildSignaller';
export * from './OutboxPublisher';
export * from './repeat';
