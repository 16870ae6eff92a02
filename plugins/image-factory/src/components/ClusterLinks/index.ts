export { ClusterLinks } from './ClusterLinks';
