import {
  Build,
  BuildRequest,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { FollowLogOptions, ReadLogOptions } from '../src/api';
import { FakeImageFactoryApi } from '../src/__testUtils__/FakeImageFactoryApi';
import {
  aBuild,
  aStep,
  anExecution,
  anExecutor,
} from '../src/__testUtils__/examples';
import { clusterBuilds } from './clusterBuilds';
import { SCRIPTED_CLUSTERS, SCRIPTED_READINESS } from './scriptedClusters';

const STEPS = ['clone-repo', 'build-image', 'push-image'];
const LINES_A_STEP = 30;
const LINE_EVERY_MS = 100;
/** Of the past builds, oldest first, in seconds; a negative one failed. */
const PAST = [62, 58, 64, -12, 61, 59, 90, 66, -71, 63, 60, 57];

/** Builds that run by the clock of the browser: enough to see every page move. */
export class ScriptedImageFactoryApi extends FakeImageFactoryApi {
  /** Each build has steps and a log of its own. */
  readonly #parts = new Map<string, FakeImageFactoryApi>();

  static create(): ScriptedImageFactoryApi {
    return new ScriptedImageFactoryApi();
  }

  private constructor() {
    super();
    PAST.forEach((seconds, index) => this.#addPast(seconds, index));
    for (const { build, steps, ...parts } of clusterBuilds()) {
      Object.assign(this.#keep(this.#add(build), steps), parts);
    }
    this.executors = [
      anExecutor({ title: 'This browser' }),
      ...SCRIPTED_CLUSTERS,
    ];
    this.readiness = { ...SCRIPTED_READINESS };
  }

  async submitBuild(request: BuildRequest): Promise<Build> {
    const build = this.#add({ image: request.image });
    this.#run(build);
    return { ...build };
  }

  async rebuildBuild(buildId: string): Promise<Build> {
    const build = this.#add({ rebuildOf: buildId });
    this.#run(build);
    return { ...build };
  }

  async retryBuild(buildId: string): Promise<Build> {
    const build = await super.retryBuild(buildId);
    this.#run(this.#find(buildId));
    return build;
  }

  async listSteps(buildId: string, options?: { attempt?: number }) {
    return this.#partsOf(buildId).listSteps(buildId, options);
  }

  async listExecutions(buildId?: string) {
    return this.#partsOf(buildId ?? '').listExecutions();
  }

  async listMetrics(buildId?: string) {
    return this.#partsOf(buildId ?? '').listMetrics();
  }

  async listVulnerabilities(buildId: string, options?: { attempt?: number }) {
    return this.#partsOf(buildId).listVulnerabilities(buildId, options);
  }

  async listEvents(buildId?: string) {
    return this.#partsOf(buildId ?? '').listEvents();
  }

  async listClusterEvents(buildId: string, options?: { attempt?: number }) {
    return this.#partsOf(buildId).listClusterEvents(buildId, options);
  }

  async listArtifacts(buildId: string, options?: { attempt?: number }) {
    return this.#partsOf(buildId).listArtifacts(buildId, options);
  }

  async readArtifact(buildId: string, artifactId: string) {
    return this.#partsOf(buildId).readArtifact(buildId, artifactId);
  }

  async readLog(buildId: string, options: ReadLogOptions) {
    return this.#partsOf(buildId).readLog(buildId, options);
  }

  async *followLog(buildId: string, options: FollowLogOptions) {
    yield* this.#partsOf(buildId).followLog(buildId, options);
  }

  #add(change: Partial<Build>): Build {
    const number = this.builds.length + 1;
    const now = new Date().toISOString();
    const build = aBuild({
      id: `build-${number}`,
      number,
      createdAt: now,
      queuedAt: now,
      ...change,
      image: (change.image ?? 'hello-site:{number}').replace(
        '{number}',
        String(number),
      ),
    });
    this.builds.unshift(build);
    return build;
  }

  #addPast(seconds: number, index: number): void {
    const end = Date.now() - (PAST.length - index) * 3_600_000;
    const start = new Date(end - Math.abs(seconds) * 1000).toISOString();
    const build = this.#add({
      createdAt: start,
      queuedAt: start,
      startedAt: start,
      finishedAt: new Date(end).toISOString(),
      attempt: 1,
      status: seconds < 0 ? 'failed' : 'completed',
      failure:
        seconds < 0
          ? {
              class: 'user',
              message: 'The command ended with exit code 1.',
              step: 'build-image',
            }
          : undefined,
      digest: seconds < 0 ? undefined : digestOf(index),
    });
    const third = ((end - Date.parse(start)) / 3) | 0;
    const steps = STEPS.map((name, at) =>
      aStep({
        name,
        ordinal: at,
        status: 'completed',
        startedAt: new Date(Date.parse(start) + at * third).toISOString(),
        finishedAt: new Date(
          Date.parse(start) + (at + 1) * third,
        ).toISOString(),
      }),
    );
    if (seconds < 0) {
      Object.assign(steps[1], { status: 'failed', exitCode: 1 });
      steps[2] = aStep({ name: STEPS[2], ordinal: 2, status: 'skipped' });
    }
    this.#keep(build, steps).executions = [
      anExecution({
        status: seconds < 0 ? 'failed' : 'completed',
        startedAt: start,
        finishedAt: build.finishedAt,
      }),
    ];
  }

  async #run(build: Build): Promise<void> {
    const steps = STEPS.map((name, index) =>
      aStep({ name, ordinal: index + 1 }),
    );
    const parts = this.#keep(build, steps);
    await pause(1_000);
    Object.assign(build, {
      status: 'running',
      phase: 'running',
      attempt: build.attempt + 1,
      startedAt: new Date().toISOString(),
      finishedAt: undefined,
      failure: undefined,
    });
    const { attempt, startedAt } = build;
    const execution = anExecution({ attempt, startedAt });
    parts.executions = [...parts.executions, execution];
    for (const step of steps) {
      step.status = 'running';
      step.startedAt = new Date().toISOString();
      for (let line = 1; line <= LINES_A_STEP; line += 1) {
        await pause(LINE_EVERY_MS);
        if (build.status !== 'running') {
          step.status = 'cancelled';
          parts.growLog(step.name, 'cancelled\n');
          return;
        }
        parts.growLog(step.name, `${step.name}: line ${line}\n`);
      }
      step.status = 'completed';
      step.exitCode = 0;
      step.finishedAt = new Date().toISOString();
      parts.growLog(step.name, 'done\n');
    }
    Object.assign(execution, {
      status: 'completed',
      finishedAt: new Date().toISOString(),
    });
    Object.assign(build, {
      status: 'completed',
      phase: undefined,
      finishedAt: new Date().toISOString(),
      digest: digestOf(build.number),
      sizeBytes: 1024 * 1024,
    });
  }

  #keep(build: Build, steps: Step[]): FakeImageFactoryApi {
    const parts = new FakeImageFactoryApi();
    parts.builds = [build];
    parts.steps = steps;
    this.#parts.set(build.id, parts);
    return parts;
  }

  #partsOf(buildId: string): FakeImageFactoryApi {
    return this.#parts.get(buildId) ?? this;
  }

  #find(buildId: string): Build {
    return this.builds.find(({ id }) => id === buildId)!;
  }
}

function digestOf(seed: number): string {
  return `sha256:${String(seed).padStart(4, '0').repeat(16)}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}
