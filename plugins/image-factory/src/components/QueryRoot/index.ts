export { QueryRoot } from './QueryRoot';
