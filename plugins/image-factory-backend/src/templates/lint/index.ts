export { lintTemplate } from './lintTemplate';
