export { StatusChip, StepStatusIcon, statusText } from './StatusChip';
