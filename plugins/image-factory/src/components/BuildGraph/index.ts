export { BuildGraph } from './BuildGraph';
