import { JsonObject } from '@backstage/types';
import { BuildConfig } from './buildConfig';
import { FailureRule } from './failureRules';
import { PipelineParameters, PipelineTemplateSource } from './pipelineTemplate';

/**
 * One tool of which a method needs one or another.
 *
 * @public
 */
export type ToolAlternative = {
  /** The name under which executors know the tool, such as `buildah`. */
  name: string;
  /** The lowest version that will do, such as `25.0.0`. */
  minimumVersion?: string;
};

/**
 * What a method needs installed where it runs by process.
 *
 * @public
 */
export type ToolRequirement = {
  /** What the tool is for; the key under which the chosen one is handed over. */
  purpose: string;
  /** Any one of these; which is preferred is the operator's order, not the method's. */
  anyOf: ToolAlternative[];
};

/**
 * The tool that an executor has chosen for a {@link ToolRequirement}.
 *
 * @public
 */
export type ChosenTool = {
  name: string;
  version: string;
  /** The absolute path of the executable. */
  path: string;
  /** Arguments that go before every subcommand, such as storage options. */
  globalArgs: string[];
  /** What the executor found the tool to need here, by keys that the tool's user knows, such as `isolation`. */
  settings: Record<string, string>;
};

/**
 * The chosen tools by purpose.
 *
 * @public
 */
export type ChosenTools = Record<string, ChosenTool>;

/**
 * The folders that a build has to itself while it runs; all are removed after.
 *
 * @public
 */
export type LocalWorkspace = {
  /** The root of all. */
  root: string;
  /** Where the sources are. */
  source: string;
  /** Where the OCI image layout is to be written. */
  layout: string;
  /** For anything else. */
  scratch: string;
};

/**
 * One process. Never a shell string.
 *
 * @public
 */
export type LocalCommand = {
  /** The absolute path of the program and its arguments. */
  argv: [string, ...string[]];
  /** Added to the clean environment that every process gets. */
  env?: Record<string, string>;
  /** Defaults to the workspace's source folder. */
  cwd?: string;
};

/**
 * An image that the built one is made from.
 *
 * @public
 */
export type BaseImage = {
  /** As the sources have it, such as `alpine:3.20`. */
  reference: string;
  /** The digest of the manifest that was taken, such as `sha256:…`. */
  digest: string;
};

/**
 * How to find out which manifest a base image was.
 *
 * @public
 */
export type BaseImageQuery = {
  /** As the sources have it. */
  reference: string;
  /** Prints the digest. One that fails tells that it cannot be known. */
  command: LocalCommand;
};

/**
 * What a local step does: the executor's own work (`fetch-source`), or
 * processes one after another until one fails. `export-image` runs processes
 * that leave an OCI image layout at the workspace's `layout`, as a directory or
 * as a tar archive of one, which the executor then digests and packs.
 *
 * @public
 */
export type LocalAction =
  | { type: 'fetch-source' }
  | {
      type: 'commands';
      commands: LocalCommand[];
      /**
       * What to ask once they are through, where base images were taken.
       *
       * @param readSource - gives the text of a file of the source, undefined where there is none
       */
      baseImages?(
        readSource: (path: string) => string | undefined,
      ): BaseImageQuery[];
    }
  | { type: 'export-image'; commands: LocalCommand[] };

/**
 * One step of a build that runs by process.
 *
 * @public
 */
export type LocalStep = {
  /** Such as `build-image`; the same on every executor. */
  name: string;
  action: LocalAction;
};

/**
 * How a build runs by process.
 *
 * @public
 */
export type LocalPlan = {
  steps: LocalStep[];
  /** Run at the end of the build whatever its outcome, such as the removal of an image from a shared store. Failures are logged by the backend only. */
  cleanup: LocalCommand[];
};

/**
 * A problem with the parameters of a request that a JSON Schema cannot tell.
 *
 * @public
 */
export type ParameterProblem = {
  /** JSON pointer into the parameters, such as `/dockerfile-path`. */
  path: string;
  /** A sentence that names the cause and the next step. */
  message: string;
};

/**
 * What a method may look at in the sources before a build is submitted.
 * Paths are relative to the source and cannot leave it, also not by symlink.
 *
 * @public
 */
export interface SourceView {
  /** What a path is. `outside` where it leaves the source. */
  stat(path: string): Promise<'file' | 'directory' | 'absent' | 'outside'>;
  /** The text of a file of at most `maxBytes`; undefined where there is none such. */
  readText(path: string, maxBytes: number): Promise<string | undefined>;
  /** Where a path leads after symbolic links, relative to the source; undefined where it is absent or outside. */
  realPath?(path: string): Promise<string | undefined>;
}

/**
 * How an image for several platforms is built: by `single-pod` all of them in
 * one place, by `native` each on nodes that are of it, which only clusters can.
 *
 * @public
 */
export type PlatformStrategy = 'single-pod' | 'native';

/**
 * What a build needs of where it runs; what the placement key is made of.
 *
 * @public
 */
export type PlacementNeeds = {
  platforms: string[];
  capabilities: string[];
  /** `single-pod` where it is absent. */
  platformStrategy?: PlatformStrategy;
};

/**
 * A build method. Registered through the methods extension point; one from
 * outside needs no other change.
 *
 * @public
 */
export interface BuildMethod {
  /** Such as `docker`. */
  id: string;
  title: string;
  description: string;
  /** JSON Schema of the parameters: the dialog's form, the API's validation and the docs come from it. */
  inputs: JsonObject;
  needs(config: BuildConfig): PlacementNeeds;
  /** What the local executor must have. */
  tools: ToolRequirement[];
  /**
   * Checks parameters against the sources at submit and in the preview. Sources
   * that cannot be looked at before they are fetched, as those in git, are
   * undefined: then only what needs none of them is checked, and a failure rule
   * tells the rest.
   */
  validate(
    parameters: JsonObject,
    source: SourceView | undefined,
  ): Promise<ParameterProblem[]>;
  /** How it runs by process. Absent where it cannot. */
  localPlan?(
    config: BuildConfig,
    workspace: LocalWorkspace,
    tools: ChosenTools,
  ): LocalPlan;
  failureRules: FailureRule[];
  /** The pipeline templates that it brings along, the default one first. None where Kubernetes cannot run the method. */
  pipelineTemplates?: PipelineTemplateSource[];
  /**
   * What its templates are given of a build, beside what every template is
   * given (the source, the image, the platforms): by the names of its inputs.
   * A template need not declare them all.
   */
  pipelineParameters?(config: BuildConfig): PipelineParameters;
  /**
   * The commands by which a person builds the same on a machine of their own,
   * in the root of the sources. Absent where there are none.
   *
   * @param bases - the base images that the build has taken, as far as they are known
   */
  reproduce?(config: BuildConfig, bases: BaseImage[]): string[][];
}
