export { dockerfileFailureRules } from './dockerfileFailureRules';
