export { ImagesTab } from './ImagesTab';
