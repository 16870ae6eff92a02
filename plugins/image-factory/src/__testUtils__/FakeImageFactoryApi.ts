import {
  Artifact,
  Build,
  BuildEvent,
  BuildMethod,
  BuildPreview,
  BuildProblem,
  BuildRequest,
  Executor,
  ListBuilds,
  Step,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  FollowLogOptions,
  ImageFactoryApi,
  ReadLogOptions,
  SubmitBuildOptions,
} from '../api';
import { aBuild, aDockerMethod } from './examples';

/**
 * Stands in for the backend in tests of the pages: it holds builds in memory
 * and answers from them as the API promises. What the pages ask of it is kept.
 */
export class FakeImageFactoryApi implements ImageFactoryApi {
  builds: Build[] = [];
  steps: Step[] = [];
  events: BuildEvent[] = [];
  artifacts: Artifact[] = [];
  methods: BuildMethod[] = [aDockerMethod()];
  executors: Executor[] = [];
  waitReason: WaitReason = { waiting: false };
  /** The log of each step. */
  logs: Record<string, string> = {};
  /** What the preview finds wrong with a request. */
  problemsOf: (request: BuildRequest) => BuildProblem[] = () => [];
  /** What the preview says where the sources come from. */
  sourceOf: (request: BuildRequest) => BuildPreview['source'] = () => ({
    type: 'directory',
    location: 'examples/hello-site',
  });
  /** What the preview says that becomes of the image. */
  target: BuildPreview['target'] = 'export';
  /** Where set, every request is refused with it. */
  failure: Error | undefined;
  /** Where set, submits are refused with it. */
  submitFailure: Error | undefined;

  #followers: (() => void)[] = [];
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
      executor: 'local',
      tool: 'buildah 1.28.2',
      target: this.target,
      problems: this.problemsOf(request),
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

  async listSteps() {
    this.#answer();
    return { attempt: 1, items: this.steps.map(step => ({ ...step })) };
  }

  async listEvents() {
    this.#answer();
    return { items: this.events };
  }

  async listArtifacts() {
    this.#answer();
    return { items: this.artifacts };
  }

  async readLog(buildId: string, options: ReadLogOptions) {
    this.#answer();
    const bytes = new TextEncoder().encode(this.logs[options.step] ?? '');
    const end = Math.min(bytes.length, options.offset + options.maxBytes);
    const step = this.steps.find(({ name }) => name === options.step);
    return {
      step: options.step,
      attempt: options.attempt ?? this.#find(buildId).attempt,
      offset: options.offset,
      nextOffset: end,
      firstLine: 1,
      text: new TextDecoder().decode(bytes.slice(options.offset, end)),
      totalBytes: bytes.length,
      complete: end === bytes.length && step?.status !== 'running',
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
