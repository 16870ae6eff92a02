export { LatestImageCard } from './LatestImageCard';
