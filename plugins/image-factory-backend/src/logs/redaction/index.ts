export * from './LogRedactor';
export * from './SecretValues';
