export * from './Recorder';
