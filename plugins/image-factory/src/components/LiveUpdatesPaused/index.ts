export { LiveUpdatesPaused } from './LiveUpdatesPaused';
