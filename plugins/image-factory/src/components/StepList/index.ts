export { StepList } from './StepList';
export { selectStep } from './selectStep';
