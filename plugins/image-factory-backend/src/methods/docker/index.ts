export { dockerMethod } from './dockerMethod';
export { reproduceDocker } from './reproduceDocker';
