export * from './LogBuffer';
export * from './LogStream';
export * from './style';
export * from './wait';
