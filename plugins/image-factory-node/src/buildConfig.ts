import { JsonObject } from '@backstage/types';
import { PinnedTemplate } from './pipelineTemplate';

/**
 * Sources in a directory of the portal's machine.
 *
 * @public
 */
export type DirectorySourceConfig = {
  /** A directory under one of the roots in `imageFactory.sources.directories`. */
  type: 'directory';
  /** The name of the configured root. */
  root: string;
  /** The directory relative to the root, with forward slashes; empty for the root itself. */
  path: string;
};

/**
 * Sources in a git repository, at one commit for good.
 *
 * @public
 */
export type GitSourceConfig = {
  type: 'git';
  /** An `https` URL without a login in it. */
  repository: string;
  /** As it was asked for, or the name of the default branch. */
  ref: string;
  /** The full hash that the ref stood for when the build was submitted, in lower-case hexadecimal digits. */
  commit: string;
  /** The folder that is the root of the source, with forward slashes; empty for the root of the repository. */
  path: string;
  /** Whether the portal's login for the host may be used, or the host is asked as anybody may ask it. */
  credentials: 'host' | 'none';
};

/**
 * Where the sources of a build come from. Always the entity's own source
 * location, never an input of the requester.
 *
 * @public
 */
export type BuildSourceConfig = DirectorySourceConfig | GitSourceConfig;

/**
 * The image that a build makes.
 *
 * @public
 */
export type ImageTarget = {
  /** The full reference with its tag, such as `hello-site:3`. */
  reference: string;
  /** Further tags on the same repository. */
  tags: string[];
  /** `export` keeps an archive; `push` sends to the registry of the reference. */
  delivery: 'export' | 'push';
};

/**
 * The inputs of a build, fixed when it is submitted.
 *
 * @public
 */
export type BuildConfig = {
  entityRef: string;
  imageName: string;
  tenant: string;
  method: string;
  infrastructure: string;
  source: BuildSourceConfig;
  image: ImageTarget;
  /** Valid by the method's `inputs`, defaults filled in. */
  parameters: JsonObject;
  /** Such as `linux/amd64`: those that its method told that it needs when it was submitted. Empty means the platform of whatever runs it. */
  platforms: string[];
  timeoutSeconds: number;
  /** None where the method has none, and of builds from before there were any. */
  template?: PinnedTemplate;
};
