export { dockerFailureRules } from './dockerFailureRules';
