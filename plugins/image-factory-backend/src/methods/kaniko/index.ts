export { kanikoMethod } from './kanikoMethod';
