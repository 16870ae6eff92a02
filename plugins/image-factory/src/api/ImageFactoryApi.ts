import { createApiRef } from '@backstage/core-plugin-api';
import {
  ArtifactList,
  Build,
  BuildEligibility,
  BuildEventList,
  BuildList,
  BuildMethodList,
  BuildPreview,
  BuildRequest,
  ClusterEventList,
  ExecutionList,
  ExecutorList,
  ExecutorReadiness,
  ListBuilds,
  LogRange,
  LogSearchResult,
  MetricList,
  RebuildRequest,
  Reproduction,
  StepList,
  VulnerabilityList,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';

/**
 * What every call may be given.
 *
 * @public
 */
export type ImageFactoryRequestOptions = {
  /** Aborts the request. */
  signal?: AbortSignal;
};

/**
 * How to submit a build.
 *
 * @public
 */
export type SubmitBuildOptions = ImageFactoryRequestOptions & {
  /**
   * Names the submit: the same request sent again under the same key, because
   * its answer was lost, makes no second build. Another request needs another key.
   */
  idempotencyKey?: string;
};

/**
 * Which part of a step's log to read.
 *
 * @public
 */
export type ReadLogOptions = ImageFactoryRequestOptions & {
  step: string;
  /** The latest attempt where it is absent. */
  attempt?: number;
  /** The first byte wanted; 0 where neither it nor a line is given. */
  offset?: number;
  /** The first line wanted, from 1, in place of an offset. */
  line?: number;
  /** How many bytes at most. */
  maxBytes: number;
  /** How many lines at most; as many as `maxBytes` allows where it is absent. */
  maxLines?: number;
};

/**
 * What to look for in a step's log.
 *
 * @public
 */
export type SearchLogOptions = ImageFactoryRequestOptions & {
  step: string;
  /** The latest attempt where it is absent. */
  attempt?: number;
  /** The text; no character of it has a meaning. */
  query: string;
  caseSensitive?: boolean;
  /** The `nextCursor` of the page before. */
  cursor?: string;
  /** How many lines a page has at most: 100 at most, 20 where it is absent. */
  limit?: number;
};

/**
 * From where to follow a step's log.
 *
 * @public
 */
export type FollowLogOptions = ImageFactoryRequestOptions & {
  step: string;
  /** The latest attempt where it is absent. */
  attempt?: number;
  /** The first byte wanted. */
  offset: number;
  /** Called once something comes: the connection stands, and nothing on the way holds it back. */
  onOpen?: () => void;
};

/**
 * Reads and starts builds. Every method rejects with a `ResponseError` whose
 * cause names what is wrong and what to do next.
 *
 * @public
 */
export interface ImageFactoryApi {
  submitBuild(
    request: BuildRequest,
    options?: SubmitBuildOptions,
  ): Promise<Build>;
  /** Resolves a request without storing anything. */
  previewBuild(
    request: BuildRequest,
    options?: ImageFactoryRequestOptions,
  ): Promise<BuildPreview>;
  /** Whether the reader may have images of an entity built, and why not; looks at no sources. */
  getBuildEligibility(
    entityRef: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<BuildEligibility>;
  listBuilds(
    query: ListBuilds['query'],
    options?: ImageFactoryRequestOptions,
  ): Promise<BuildList>;
  getBuild(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<Build>;
  cancelBuild(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<Build>;
  /** Queues a build that was held. */
  startBuild(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<Build>;
  /** Queues the next attempt of a build that failed or was cancelled. */
  retryBuild(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<Build>;
  /** Submits a new build from the inputs of an old one, as they were or with the entity asked again. */
  rebuildBuild(
    buildId: string,
    mode: RebuildRequest['mode'],
    options?: ImageFactoryRequestOptions,
  ): Promise<Build>;
  getWaitReason(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<WaitReason>;
  /** The commands by which a person builds the same on a machine of their own. */
  getReproduction(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<Reproduction>;
  /** The steps of one attempt, the latest where `attempt` is absent. */
  listSteps(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ): Promise<StepList>;
  /** The attempts of a build, first attempt first. */
  listExecutions(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<ExecutionList>;
  listEvents(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<BuildEventList>;
  /** What the cluster has told of an attempt, of the latest where `attempt` is absent. */
  listClusterEvents(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ): Promise<ClusterEventList>;
  /** What an attempt has produced, the latest where `attempt` is absent; of one that was lost its PipelineRun alone. */
  listArtifacts(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ): Promise<ArtifactList>;
  /** What was measured of all attempts. */
  listMetrics(
    buildId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<MetricList>;
  /** What the scan of an attempt's image has found, of the latest where `attempt` is absent; a 404 says why there is nothing. */
  listVulnerabilities(
    buildId: string,
    options?: ImageFactoryRequestOptions & { attempt?: number },
  ): Promise<VulnerabilityList>;
  /** The bytes of an artifact as text: for those that are small and are text, such as a PipelineRun. */
  readArtifact(
    buildId: string,
    artifactId: string,
    options?: ImageFactoryRequestOptions,
  ): Promise<string>;
  /** A range of a step's log, cut at a character. */
  readLog(buildId: string, options: ReadLogOptions): Promise<LogRange>;
  /** The lines of a step's log that hold a text, page by page. */
  searchLog(
    buildId: string,
    options: SearchLogOptions,
  ): Promise<LogSearchResult>;
  /**
   * The log of a step from an offset on, as it grows: ranges that follow one
   * another, until the step is over and all is read. Throws where the connection
   * breaks before; following again from the last `nextOffset` loses nothing.
   */
  followLog(
    buildId: string,
    options: FollowLogOptions,
  ): AsyncIterable<LogRange>;
  /**
   * Where the log of all steps of one attempt is saved from, as plain text: an
   * address that a browser opens with the user cookie.
   */
  getLogDownloadUrl(buildId: string, attempt: number): Promise<string>;
  /** An address that a browser opens with the user cookie. */
  getArtifactDownloadUrl(buildId: string, artifactId: string): Promise<string>;
  listBuildMethods(
    options?: ImageFactoryRequestOptions,
  ): Promise<BuildMethodList>;
  listExecutors(options?: ImageFactoryRequestOptions): Promise<ExecutorList>;
  /** What builds need on the cluster of an executor; looked at again where `refresh` is set. */
  getExecutorReadiness(
    executorId: string,
    options?: ImageFactoryRequestOptions & { refresh?: boolean },
  ): Promise<ExecutorReadiness>;
}

/**
 * The API ref of {@link ImageFactoryApi}.
 *
 * @public
 */
export const imageFactoryApiRef = createApiRef<ImageFactoryApi>({
  id: 'plugin.image-factory.api',
});
