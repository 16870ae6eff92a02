/**
 * Types, permissions, API client and signal channel shared by the Image Factory plugins.
 *
 * @packageDocumentation
 */
export * from './schema/openapi';
export * from './annotations';
export * from './permissions';
export * from './statuses';
export * from './signals';
