export { dockerMethod } from './dockerMethod';
