export { CancelBuild } from './CancelBuild';
