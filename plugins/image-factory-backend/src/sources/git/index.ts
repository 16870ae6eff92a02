export { GitHosts } from './GitHosts';
export type { GitHostConfig } from './GitHosts';
export { GitSources } from './GitSources';
export type {
  CatalogLocation,
  GitCopyOptions,
  GitSourceRequest,
} from './GitSources';
