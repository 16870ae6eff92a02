import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildMethod,
  CancelMode,
  CancelResult,
  Cursor,
  ExecutionSpec,
  ExecutionUpdate,
  Executor,
  ExecutorStatus,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { BlobStore } from '../../blobs';
import { CheckSettings } from '../../checks';
import { MethodRegistry } from '../../methods';
import { ImagePusher } from '../../registry';
import { Sources } from '../../sources';
import { MAX_LOG_BYTES } from '../reporting';
import { checkPrograms, chooseCheckTools } from './checks';
import { chooseTools } from './chooseTools';
import { describeExecutor } from './describeExecutor';
import { ExecutorRecovery } from './ExecutorRecovery';
import { ExecutorSlot } from './ExecutorSlot';
import { LocalRun, RunToolChoice } from './LocalRun';
import { orAborted } from './orAborted';
import { pickProbeEnvironment } from './pickEnvironment';
import { findKeeping, Keeping } from './processes';
import { StoreSweeper } from './StoreSweeper';
import { DetectedTool, Detection, ToolDetector } from './tools';
import { unmountBelow } from './unmountBelow';

/** What sources are fetched with, whatever method builds them. */
const SOURCE_TOOLS = ['git'];
const DEFAULT_TOOL_ORDER = ['docker', 'podman', 'buildah'];
/** Here images are checked only where that is demanded. */
const NO_CHECKS: CheckSettings = { sbom: 'auto', scan: 'auto' };
const DEFAULT_MAX_SOURCE_FILES = 100_000;

/** How a {@link LocalExecutor} is set up. */
export type LocalExecutorOptions = {
  id: string;
  /**
   * For workspaces and the stores of tools. Several processes may share it:
   * each works in a folder of its own.
   */
  directory: string;
  /** This portal among those that may share the directory. */
  instance: string;
  methods: MethodRegistry;
  sources: Sources;
  blobs: BlobStore;
  pusher: ImagePusher;
  /** None unless it is demanded. */
  checks?: CheckSettings;
  logger: LoggerService;
  toolOrder?: string[];
  /** Paths of tools that are not on the PATH, by name. */
  toolPaths?: Record<string, string>;
  maxRunning: number;
  /** What every process gets of the portal's environment; see `pickEnvironment`. */
  environment: Record<string, string>;
  maxSourceBytes: number;
  maxSourceFiles?: number;
  /** What is kept of the log of one step; 256 MiB unless told otherwise. */
  maxLogBytes?: number;
  /** How long runs may go on once the executor is to stop; without it they end at once. */
  finishWithinMs?: number;
  now: () => Date;
  /** Milliseconds of a clock that nobody can set, such as `performance.now`. */
  steady: () => number;
};

/** Runs builds as processes of this machine, each in a workspace of its own. */
export class LocalExecutor implements Executor {
  readonly id: string;
  readonly #options: LocalExecutorOptions;
  readonly #slot: ExecutorSlot;
  readonly #toolOrder: string[];
  readonly #probeEnvironment: Record<string, string>;
  readonly #detector: ToolDetector;
  readonly #sweeper: StoreSweeper;
  readonly #recovery: ExecutorRecovery;
  readonly #keeping: Keeping;
  readonly #checks: CheckSettings;
  /** All share the databases of scans. */
  readonly #inTurn = pLimit(1);
  /** By name, until their outcome is read. */
  readonly #runs = new Map<string, LocalRun>();
  /** Whether a run was begun ever. */
  #hasBegun = false;
  /** Those that may still use a tool. */
  readonly #active = new Set<LocalRun>();

  static async create(options: LocalExecutorOptions): Promise<LocalExecutor> {
    const directory = resolve(options.directory);
    if (directory.includes(':')) {
      throw new Error(
        `The directory of executor '${options.id}' may not have a colon in its path, which build tools take for a separator: ${directory}`,
      );
    }
    const keeping = await findKeeping();
    if (keeping.by === 'process-group') {
      options.logger.warn(
        `Executor '${options.id}' keeps the processes of a build together by their process group only, so that one that detaches itself may live on after its build: ${keeping.reason}`,
      );
    }
    const slot = await ExecutorSlot.take({ directory, host: hostname() });
    const left = await readdir(slot.runs);
    return new LocalExecutor(
      { ...options, directory },
      { slot, left, keeping },
    );
  }

  private constructor(
    options: LocalExecutorOptions,
    found: { slot: ExecutorSlot; left: string[]; keeping: Keeping },
  ) {
    const { slot, left, keeping } = found;
    this.id = options.id;
    this.#options = options;
    this.#slot = slot;
    this.#keeping = keeping;
    this.#toolOrder = options.toolOrder ?? DEFAULT_TOOL_ORDER;
    this.#checks = options.checks ?? NO_CHECKS;
    // Tools that are only asked may see the user's settings; builds may not.
    this.#probeEnvironment = pickProbeEnvironment(
      process.env,
      options.environment,
    );
    this.#detector = this.#createDetector(slot);
    this.#sweeper = new StoreSweeper({
      environment: this.#probeEnvironment,
      logger: options.logger,
    });
    this.#recovery = new ExecutorRecovery({
      directory: options.directory,
      slot,
      left,
      instance: options.instance,
      logger: options.logger,
      sweep: async other =>
        this.#sweeper.sweep(await this.#createDetector(other).refresh()),
      sweepOwn: () => this.#sweepUnlessBegun(),
    });
  }

  /** Where this process's workspaces and the stores of its tools lie. */
  get directory(): string {
    return this.#slot.directory;
  }

  async describe(): Promise<ExecutorStatus> {
    return this.#describe(await this.#detector.detect());
  }

  /** Looks for tools at once, not only once the last finding is old. */
  async refresh(): Promise<ExecutorStatus> {
    return this.#describe(await this.#detector.refresh());
  }

  async start(spec: ExecutionSpec, signal: AbortSignal): Promise<RunReference> {
    signal.throwIfAborted();
    if (!this.#runs.has(spec.name)) {
      this.#runs.set(spec.name, this.#startRun(spec));
    }
    return { name: spec.name };
  }

  async *collect(
    run: RunReference,
    _from: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate> {
    const found = this.#runs.get(run.name);
    if (!found) {
      yield {
        type: 'outcome',
        outcome: {
          status: 'lost',
          message: `This process of the portal runs no "${run.name}".`,
        },
      };
      return;
    }
    try {
      yield* found.updates(signal);
    } finally {
      await found.finished;
      this.#runs.delete(run.name);
    }
  }

  async cancel(run: RunReference, mode: CancelMode): Promise<CancelResult> {
    return this.#runs.get(run.name)?.cancel(mode) ?? 'gone';
  }

  /** What cannot be cleared is told in the log and tried again the next time. */
  async recover(): Promise<void> {
    await this.#recovery.recover();
  }

  /** A sweep takes what runs use for leftovers. Runs that begin meanwhile wait for it. */
  async #sweepUnlessBegun(): Promise<void> {
    const detection = await this.#detector.detect();
    if (!this.#hasBegun) {
      await this.#sweeper.sweep(detection);
    }
  }

  async stop(): Promise<void> {
    await this.#letFinish();
    await Promise.all([...this.#runs.values()].map(run => run.stop()));
    await this.#recovery.idle();
    await this.#sweeper.idle();
    await this.#detector.close();
    await unmountBelow(this.#slot.storage, this.#options.logger);
    await this.#slot.release();
  }

  /** What has not finished by itself after a time is ended by whoever stops. */
  async #letFinish(): Promise<void> {
    const { finishWithinMs = 0, logger } = this.#options;
    if (finishWithinMs <= 0 || this.#active.size === 0) return;
    logger.info(
      `Stopping: builds that run here may go on for ${
        finishWithinMs / 1000
      } s, and then go back to the queue (${this.#active.size} running)`,
    );
    const finished = new AbortController();
    await Promise.race([
      Promise.all([...this.#active].map(run => run.finished)),
      delay(finishWithinMs, undefined, { signal: finished.signal }).catch(
        () => undefined,
      ),
    ]);
    finished.abort();
  }

  #createDetector(slot: ExecutorSlot): ToolDetector {
    return new ToolDetector({
      names: () => this.#toolNames(),
      toolPaths: this.#options.toolPaths ?? {},
      environment: this.#probeEnvironment,
      storage: slot.storage,
      now: this.#options.now,
      steady: this.#options.steady,
    });
  }

  #startRun(spec: ExecutionSpec): LocalRun {
    if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(spec.name)) {
      throw new Error(
        `"${spec.name}" cannot name a run: names are of lower-case letters, digits, ".", "_" and "-"`,
      );
    }
    const { methods, maxSourceBytes, maxSourceFiles, maxLogBytes } =
      this.#options;
    this.#hasBegun = true;
    const run = LocalRun.start(spec, {
      ...this.#options,
      directory: join(this.#slot.runs, spec.name),
      method: methods.get(spec.config.method),
      sourceLimits: {
        maxBytes: maxSourceBytes,
        maxFiles: maxSourceFiles ?? DEFAULT_MAX_SOURCE_FILES,
      },
      maxLogBytes: maxLogBytes ?? MAX_LOG_BYTES,
      checks: this.#checks,
      inTurn: work => this.#inTurn(work),
      chooseTools: async (method, signal) => {
        const { tools } = await orAborted(this.#detector.detect(), signal);
        await orAborted(this.#sweeper.idle(), signal);
        await this.#untilThereIsRoom(signal);
        return this.#chooseTools(method, tools);
      },
    });
    this.#active.add(run);
    void run.finished.then(() => this.#onFinished(run));
    return run;
  }

  #chooseTools(
    method: BuildMethod,
    tools: Map<string, DetectedTool>,
  ): RunToolChoice {
    const choice = chooseTools(method, tools, this.#toolOrder);
    const forChecks = chooseCheckTools(this.#checks, tools);
    if (!choice.ok) return choice;
    return forChecks.ok
      ? { ...choice, checkTools: forChecks.tools }
      : forChecks;
  }

  /** The outcome of a run that was ended early is told before all of it is gone; its place is taken until then. */
  async #untilThereIsRoom(signal: AbortSignal): Promise<void> {
    for (;;) {
      const tidying = [...this.#active].filter(run => run.isTidying);
      if (
        tidying.length === 0 ||
        this.#active.size <= this.#options.maxRunning
      ) {
        return;
      }
      await orAborted(Promise.race(tidying.map(run => run.finished)), signal);
    }
  }

  async #onFinished(run: LocalRun): Promise<void> {
    this.#active.delete(run);
    if (this.#active.size === 0) {
      const detection = this.#detector.latest;
      if (detection) {
        await this.#sweeper.sweep(detection);
      }
    }
  }

  #describe(detection: Detection): ExecutorStatus {
    return describeExecutor({
      detection,
      keeping: this.#keeping,
      methods: this.#options.methods
        .list()
        .filter(({ localPlan }) => localPlan),
      toolNames: this.#toolNames(),
      chooseTools: method => this.#chooseTools(method, detection.tools),
      maxRunning: this.#options.maxRunning,
    });
  }

  /** In the operator's order, then those that only methods name, then those for sources and for checks. */
  #toolNames(): string[] {
    const needed = this.#options.methods
      .list()
      .flatMap((method: BuildMethod) => method.tools)
      .flatMap(requirement => requirement.anyOf.map(({ name }) => name));
    return [
      ...new Set([
        ...this.#toolOrder.filter(name => needed.includes(name)),
        ...needed,
        ...SOURCE_TOOLS,
        ...checkPrograms(this.#checks),
      ]),
    ];
  }
}
