export { LongText } from './LongText';
