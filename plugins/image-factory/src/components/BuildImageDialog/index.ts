export { BuildImageDialog } from './BuildImageDialog';
