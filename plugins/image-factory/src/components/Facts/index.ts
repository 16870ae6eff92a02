export { Code, Facts } from './Facts';
