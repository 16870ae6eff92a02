export { RequestFailed } from './RequestFailed';
