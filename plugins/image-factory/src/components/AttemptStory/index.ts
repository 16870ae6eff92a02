export { AttemptStory } from './AttemptStory';
