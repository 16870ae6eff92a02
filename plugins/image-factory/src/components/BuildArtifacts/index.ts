export { BuildArtifacts } from './BuildArtifacts';
