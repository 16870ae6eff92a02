/**
 * Queue, dispatcher, executors and API of Image Factory.
 *
 * @packageDocumentation
 */
export { imageFactoryPlugin as default } from './plugin';
