export {
  ExecutionStatusChip,
  StatusChip,
  StepStatusIcon,
  WaitIcon,
  statusText,
} from './StatusChip';
