export { AttemptStory } from './AttemptStory';
export { isHandedBack, wasHandedBack } from './isHandedBack';
