export { VulnerabilityPanel } from './VulnerabilityPanel';
export { VulnerabilitySummary } from './VulnerabilitySummary';
export { worstOf } from './severities';
