export { KnownPaths } from './KnownPaths';
