export { QueryRoot } from './QueryRoot';
export { readable } from './readable';
