export { AttemptStory } from './AttemptStory';
export { isHandedBack } from './isHandedBack';
