export { ClusterEvents } from './ClusterEvents';
