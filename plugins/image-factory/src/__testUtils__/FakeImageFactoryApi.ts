import {
  Artifact,
  Build,
  BuildEligibility,
  BuildEvent,
  BuildMethod,
  BuildPreview,
  BuildProblem,
  BuildRequest,
  ClusterEventList,
  EligibilityReason,
  Execution,
  Executor,
  ExecutorReadiness,
  ListBuilds,
  LogRange,
  Metric,
  Step,
  Reproduction,
  VulnerabilityList,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FollowLogOptions,
  ImageFactoryApi,
  ReadLogOptions,
  SearchLogOptions,
  SubmitBuildOptions,
} from '../api';
import { aBuild, aDockerMethod, aReadiness, aRefusal } from './examples';

/**
 * Stands in for the backend in tests of the pages: it holds builds in memory
 * and answers from them as the API promises. What the pages ask of it is kept.
 */
export class FakeImageFactoryApi implements ImageFactoryApi {
  builds: Build[] = [];
  steps: Step[] = [];
  /** Of attempts whose steps differ from those. */
  stepsOfAttempt: Record<number, Step[]> = {};
  executions: Execution[] = [];
  events: BuildEvent[] = [];
  /** What the cluster has told, by attempt; nothing unless told. */
  clusterEvents: Record<number, Omit<ClusterEventList, 'attempt'> | Error> = {};
  artifacts: Artifact[] = [];
  /** Of attempts whose artifacts differ from those. */
  artifactsOfAttempt: Record<number, Artifact[]> = {};
  metrics: Metric[] = [];
  /** What the scan has found, by attempt; not scanned unless told. */
  vulnerabilities: Record<number, VulnerabilityList | Error> = {};
  /** The text of each artifact, by its id. */
  artifactTexts: Record<string, string> = {};
  methods: BuildMethod[] = [aDockerMethod()];
  executors: Executor[] = [];
  /** What each cluster has and lacks, by the id of its executor: all that is needed, unless told. */
  readiness: Record<string, ExecutorReadiness | Error> = {};
  /** The executors that it was asked to look at again. */
  readonly lookedAgain: string[] = [];
  waitReason: WaitReason = { waiting: false };
  reproduction: Reproduction = { script: 'docker build .\n', notes: [] };
  /** The log of each step. */
  logs: Record<string, string> = {};
  /** When the lines of each step came; not known unless told. */
  logTimes: Record<string, LogRange['times']> = {};
  /** What the preview finds wrong with a request. */
  problemsOf: (request: BuildRequest) => BuildProblem[] = () => [];
  /** What the preview says where the sources come from. */
  sourceOf: (request: BuildRequest) => BuildPreview['source'] = () => ({
    type: 'directory',
    location: 'examples/hello-site',
  });
  /** Where the preview says that a request would run. */
  placeOf: (
    request: BuildRequest,
  ) => Pick<BuildPreview, 'executor' | 'tool' | 'infrastructure'> = () => ({
    executor: 'local',
    tool: 'buildah 1.28.2',
  });
  /** Why the reader may not build; nothing stands in the way unless told. */
  ineligibleFor: EligibilityReason[] = [];
  /** Where set, it cannot be had whether the reader may build. */
  eligibilityFailure: Error | undefined;
  /** What the preview says that becomes of the image. */
  target: BuildPreview['target'] = 'export';
  /** What the preview says that the build asks of a node. */
  requests: BuildPreview['requests'];
  /** Where set, every request is refused with it. */
  failure: Error | undefined;
  /** Where set, submits are refused with it. */
  submitFailure: Error | undefined;

  #followers: (() => void)[] = [];
  /** The entities that it was asked of whether the reader may build them. */
  readonly eligibilityAsked: string[] = [];
  readonly previewed: BuildRequest[] = [];
  readonly submitted: BuildRequest[] = [];
  /** The idempotency key of each submit. */
  readonly submitKeys: (string | undefined)[] = [];
  readonly listed: ListBuilds['query'][] = [];

  async submitBuild(request: BuildRequest, options?: SubmitBuildOptions) {
    this.#answer();
    this.submitted.push(request);
    this.submitKeys.push(options?.idempotencyKey);
    if (this.submitFailure) {
      throw this.submitFailure;
    }
    const build = aBuild({
      id: `build-${this.submitted.length}`,
      entityRef: request.entityRef,
    });
    this.builds.unshift(build);
    return build;
  }

  async previewBuild(request: BuildRequest): Promise<BuildPreview> {
    this.#answer();
    this.previewed.push(request);
    return {
      entityRef: request.entityRef,
      imageName: 'default',
      image: request.image ?? 'hello-site:{number}',
      method: request.method ?? 'docker',
      tenant: 'group:default/guests',
      parameters: request.parameters ?? {
        'dockerfile-path': 'Dockerfile',
        'context-path': '.',
      },
      source: this.sourceOf(request),
      timeoutSeconds: request.timeoutSeconds ?? 3600,
      infrastructure: request.infrastructure ?? 'auto',
      ...this.placeOf(request),
      target: this.target,
      requests: this.requests,
      problems: this.problemsOf(request),
    };
  }

  async getBuildEligibility(entityRef: string): Promise<BuildEligibility> {
    this.eligibilityAsked.push(entityRef);
    this.#answer();
    if (this.eligibilityFailure) {
      throw this.eligibilityFailure;
    }
    return {
      entityRef,
      tenant: 'group:default/guests',
      eligible: this.ineligibleFor.length === 0,
      reasons: this.ineligibleFor,
    };
  }

  async listBuilds(query: ListBuilds['query']) {
    this.#answer();
    this.listed.push(query);
    const matching = this.builds.filter(
      build =>
        (!query.entityRef || build.entityRef === query.entityRef) &&
        (!query.status || query.status.includes(build.status)) &&
        (!query.createdBy || build.createdBy === query.createdBy),
    );
    const first = Number(query.cursor ?? 0);
    const end = first + (query.limit ?? 20);
    return {
      items: matching.slice(first, end),
      totalItems: matching.length,
      nextCursor: end < matching.length ? String(end) : undefined,
    };
  }

  async getBuild(buildId: string) {
    this.#answer();
    return { ...this.#find(buildId) };
  }

  async cancelBuild(buildId: string) {
    this.#answer();
    const build = this.#find(buildId);
    build.status = 'cancelled';
    build.finishedAt = build.createdAt;
    return { ...build };
  }

  async startBuild(buildId: string) {
    return this.#queue(buildId);
  }

  async retryBuild(buildId: string) {
    return this.#queue(buildId);
  }

  async rebuildBuild(buildId: string) {
    this.#answer();
    const old = this.#find(buildId);
    const build: Build = {
      ...old,
      id: 'rebuilt',
      number: old.number + 1,
      status: 'queued',
      rebuildOf: buildId,
    };
    this.builds.push(build);
    return { ...build };
  }

  #queue(buildId: string) {
    this.#answer();
    const build = this.#find(buildId);
    build.status = 'queued';
    return { ...build };
  }

  async getWaitReason() {
    this.#answer();
    return this.waitReason;
  }

  async listSteps(_buildId: string, options?: { attempt?: number }) {
    this.#answer();
    const attempt = options?.attempt ?? 1;
    const steps = this.stepsOfAttempt[attempt] ?? this.steps;
    return { attempt, items: steps.map(step => ({ ...step })) };
  }

  async getReproduction() {
    this.#answer();
    return this.reproduction;
  }

  async listExecutions() {
    this.#answer();
    return { items: this.executions };
  }

  async listEvents() {
    this.#answer();
    return { items: this.events };
  }

  async listClusterEvents(_buildId: string, options?: { attempt?: number }) {
    this.#answer();
    const attempt = options?.attempt ?? 1;
    const found = this.clusterEvents[attempt] ?? {
      items: [],
      truncated: false,
    };
    if (found instanceof Error) throw found;
    return { attempt, ...found };
  }

  async listArtifacts(_buildId: string, options?: { attempt?: number }) {
    this.#answer();
    const attempt = options?.attempt ?? 1;
    return { items: this.artifactsOfAttempt[attempt] ?? this.artifacts };
  }

  async listMetrics() {
    this.#answer();
    return { items: this.metrics };
  }

  async listVulnerabilities(buildId: string, options?: { attempt?: number }) {
    this.#answer();
    const attempt = options?.attempt ?? this.#find(buildId).attempt;
    const found =
      this.vulnerabilities[attempt] ??
      (await aRefusal(404, 'The image of this build was not scanned.'));
    if (found instanceof Error) throw found;
    return found;
  }

  async readArtifact(_buildId: string, artifactId: string) {
    this.#answer();
    return this.artifactTexts[artifactId] ?? '';
  }

  async readLog(buildId: string, options: ReadLogOptions) {
    this.#answer();
    const { step: name, attempt, line, maxBytes, maxLines } = options;
    const whole = this.logs[name] ?? '';
    const bytes = new TextEncoder().encode(whole);
    const offset =
      line === undefined ? options.offset ?? 0 : offsetOfLine(whole, line);
    const rest = new TextDecoder().decode(
      bytes.slice(offset, offset + maxBytes),
    );
    const text = maxLines === undefined ? rest : firstLines(rest, maxLines);
    const end = offset + new TextEncoder().encode(text).length;
    const step = this.steps.find(each => each.name === name);
    return {
      step: name,
      attempt: attempt ?? this.#find(buildId).attempt,
      offset,
      nextOffset: end,
      times: this.logTimes[name] ?? [],
      firstLine: new TextDecoder().decode(bytes.slice(0, offset)).split('\n')
        .length,
      text,
      totalBytes: bytes.length,
      complete: end === bytes.length && step?.status !== 'running',
    };
  }

  async searchLog(_buildId: string, options: SearchLogOptions) {
    this.#answer();
    const { step, query, cursor = '0', limit = 20, caseSensitive } = options;
    const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
    const items = (this.logs[step] ?? '').split('\n').flatMap((text, index) => {
      const start = fold(text).indexOf(fold(query));
      if (start < 0) return [];
      const ranges = [{ start, end: start + query.length }];
      const line = index + 1;
      return [{ step, line, offset: 0, column: 0, text, ranges, matches: 1 }];
    });
    const end = Number(cursor) + limit;
    return {
      items: items.slice(Number(cursor), end),
      nextCursor: end < items.length ? String(end) : undefined,
      searchedBytes: 0,
    };
  }

  async *followLog(buildId: string, options: FollowLogOptions) {
    const { signal, onOpen } = options;
    let { offset } = options;
    onOpen?.();
    for (;;) {
      const range = await this.readLog(buildId, {
        ...options,
        offset,
        maxBytes: Number.MAX_SAFE_INTEGER,
      });
      offset = range.nextOffset;
      if (range.nextOffset > range.offset) yield range;
      if (range.complete) return;
      await new Promise<void>((resolve, reject) => {
        this.#followers.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    }
  }

  /** Adds to the log of a step; whoever follows it hears of that. */
  growLog(step: string, text: string) {
    this.logs[step] = (this.logs[step] ?? '') + text;
    this.#followers.splice(0).forEach(wake => wake());
  }

  async getLogDownloadUrl(buildId: string, attempt: number) {
    return `http://localhost/api/image-factory/v1/builds/${buildId}/logs/download?attempt=${attempt}`;
  }

  async getArtifactDownloadUrl(buildId: string, artifactId: string) {
    return `http://localhost/api/image-factory/v1/builds/${buildId}/artifacts/${artifactId}/download`;
  }

  async listBuildMethods() {
    this.#answer();
    return { items: this.methods };
  }

  async listExecutors() {
    this.#answer();
    return { items: this.executors };
  }

  async getExecutorReadiness(id: string, options?: { refresh?: boolean }) {
    this.#answer();
    if (options?.refresh) this.lookedAgain.push(id);
    const found = this.readiness[id] ?? aReadiness();
    if (found instanceof Error) throw found;
    return found;
  }

  #answer() {
    if (this.failure) {
      throw this.failure;
    }
  }

  #find(buildId: string): Build {
    const build = this.builds.find(({ id }) => id === buildId);
    if (!build) {
      throw new Error(`The test has no build ${buildId}`);
    }
    return build;
  }
}

/** The first byte of a line, counted from 1. */
function offsetOfLine(text: string, line: number): number {
  const before = firstLines(text, line - 1);
  return new TextEncoder().encode(before).length;
}

/** So many lines of a text, with their ends. */
function firstLines(text: string, amount: number): string {
  const lines = text.split('\n');
  return lines.length > amount
    ? lines
        .slice(0, amount)
        .map(line => `${line}\n`)
        .join('')
    : text;
}
