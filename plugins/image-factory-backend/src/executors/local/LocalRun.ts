import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BuildMethod,
  CancelMode,
  CancelResult,
  ChosenTool,
  ExecutionSpec,
  ExecutionUpdate,
  LocalPlan,
  Outcome,
} from '@image-factory/backstage-plugin-image-factory-node';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobStore } from '../../blobs';
import { CheckSettings, demandedChecks } from '../../checks';
import { ImagePusher } from '../../registry';
import { Sources } from '../../sources';
import { CheckTools, ImageChecks, RunStep, withCheckSteps } from './checks';
import { ToolChoice } from './chooseTools';
import { CommandRunner } from './CommandRunner';
import { RunEnding } from './RunEnding';
import { failed, interrupted } from './runOutcome';
import { RunWorkspace } from './RunWorkspace';
import { steadyDates } from './steadyDates';
import { StepBoard } from './StepBoard';
import { StepRunner } from './StepRunner';
import { toFailure } from './toFailure';
import { UpdateChannel } from '../reporting';

const TIDY_MILLISECONDS = 1_000;

/** What a run needs of its executor. */
export type LocalRunContext = {
  /** The run's own directory. */
  directory: string;
  instance: string;
  method: BuildMethod | undefined;
  sources: Sources;
  blobs: BlobStore;
  pusher: ImagePusher;
  checks: CheckSettings;
  /** Lets one at a time do what all share the place of. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  logger: LoggerService;
  environment: Record<string, string>;
  sourceLimits: { maxBytes: number; maxFiles: number };
  maxLogBytes: number;
  now: () => Date;
  steady: () => number;
  /** Waits until tools may be used. */
  chooseTools(method: BuildMethod, signal: AbortSignal): Promise<RunToolChoice>;
};

/** The tools of a run, or what is missing for it and how to get it. */
export type RunToolChoice =
  | (ToolChoice & { ok: true; checkTools: CheckTools })
  | (ToolChoice & { ok: false });

/** One run of an execution on this machine, from its workspace to its outcome. */
export class LocalRun {
  readonly name: string;
  readonly #spec: ExecutionSpec;
  readonly #context: LocalRunContext;
  readonly #now: () => Date;
  readonly #channel = new UpdateChannel();
  readonly #ending = new RunEnding();
  readonly #finished: Promise<void>;
  #over = false;
  #tidied: Promise<void> = Promise.resolve();
  #isGone = false;

  static start(spec: ExecutionSpec, context: LocalRunContext): LocalRun {
    return new LocalRun(spec, context);
  }

  private constructor(spec: ExecutionSpec, context: LocalRunContext) {
    this.name = spec.name;
    this.#spec = spec;
    this.#context = context;
    this.#now = steadyDates(context);
    this.#finished = this.#run();
  }

  /** Whether its outcome is told, and something of it is left on this machine. */
  get isTidying(): boolean {
    return this.#over && !this.#isGone;
  }

  /** Resolves once nothing of the run is left on this machine. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Whoever stops reading before the end ends the run: nobody would store what it does. */
  async *updates(signal: AbortSignal): AsyncIterable<ExecutionUpdate> {
    try {
      yield* this.#channel.read(signal);
    } finally {
      this.#ending.request('shutdown');
      this.#channel.abandon();
    }
  }

  cancel(mode: CancelMode): CancelResult {
    if (this.#over) {
      return 'already-over';
    }
    this.#ending.request(mode);
    return 'requested';
  }

  /** Ends the run since the portal stops; resolves once nothing of it is left on this machine. */
  async stop(): Promise<void> {
    this.#ending.request('shutdown');
    this.#channel.abandonUnlessRead();
    await this.#finished;
  }

  async #run(): Promise<void> {
    const timer = setTimeout(
      () => this.#ending.request('timeout'),
      this.#spec.config.timeoutSeconds * 1000,
    );
    const tellStopping = () =>
      void this.#channel.write({ type: 'phase', phase: 'stopping' });
    this.#ending.signal.addEventListener('abort', tellStopping);
    const startedAt = this.#now();
    let outcome: Outcome;
    try {
      outcome = await this.#execute();
    } catch (error) {
      outcome = failed(toFailure(error, undefined));
    } finally {
      clearTimeout(timer);
      this.#over = true;
      this.#ending.signal.removeEventListener('abort', tellStopping);
    }
    this.#context.logger.info(
      `Run ${this.name} ended as ${outcome.status} after ${
        this.#now().getTime() - startedAt.getTime()
      } ms`,
    );
    this.#channel.end({ type: 'outcome', outcome });
    await this.#tidied;
    this.#isGone = true;
  }

  async #execute(): Promise<Outcome> {
    const { directory, instance, method, pusher } = this.#context;
    if (!method) {
      return failed({
        class: 'infrastructure',
        message: `The build method "${
          this.#spec.config.method
        }" is no longer there.`,
        hint: 'Install the plugin module that brings it, or choose another method.',
      });
    }
    const choice = await this.#chooseTools(method);
    if (!choice) {
      return this.#interrupted();
    }
    if (!choice.ok) {
      return failed({
        class: 'infrastructure',
        message: choice.message,
        hint: choice.hint,
      });
    }
    const workspace = await RunWorkspace.create({
      root: directory,
      instance,
      registries: pusher.registries,
    });
    let plan: LocalPlan | undefined;
    try {
      plan = method.localPlan?.(
        this.#spec.config,
        workspace.folders,
        choice.tools,
      );
      if (!plan) {
        return failed({
          class: 'infrastructure',
          message: `The method ${method.id} does not run by process.`,
          hint: 'Build it on a cluster.',
        });
      }
      return await this.#runSteps({ method, choice, workspace, plan });
    } finally {
      this.#tidied = this.#cleanUp(workspace, plan);
      await this.#untilTidied();
    }
  }

  /** Undefined where the run is to end before it may use any. */
  async #chooseTools(method: BuildMethod): Promise<RunToolChoice | undefined> {
    const { signal } = this.#ending;
    try {
      return await this.#context.chooseTools(method, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Whoever ends a run early waits for its outcome; the rest of the clean-up may come after. */
  async #untilTidied(): Promise<void> {
    if (!this.#ending.mode) {
      await this.#tidied;
      return;
    }
    const over = new AbortController();
    await Promise.race([
      this.#tidied,
      delay(TIDY_MILLISECONDS, undefined, { signal: over.signal }).catch(
        () => undefined,
      ),
    ]);
    over.abort();
  }

  #interrupted(step?: string): Outcome {
    return interrupted({
      mode: this.#ending.mode,
      step,
      timeoutSeconds: this.#spec.config.timeoutSeconds,
    });
  }

  async #runSteps(options: {
    method: BuildMethod;
    choice: RunToolChoice & { ok: true };
    workspace: RunWorkspace;
    plan: LocalPlan;
  }): Promise<Outcome> {
    const { method, choice, workspace, plan } = options;
    const { checks, pusher } = this.#context;
    const steps = withCheckSteps(plan, demandedChecks(checks));
    const board = new StepBoard({
      steps,
      toolOf: step => toolOf(step.action, choice),
      channel: this.#channel,
      now: this.#now,
    });
    await board.tellAll();
    await this.#channel.write({ type: 'phase', phase: 'running' });
    const runner = new StepRunner({
      spec: this.#spec,
      method,
      tools: toolsOf(choice),
      workspace,
      sources: this.#context.sources,
      sourceLimits: this.#context.sourceLimits,
      blobs: this.#context.blobs,
      pusher,
      checks: new ImageChecks({
        spec: this.#spec,
        settings: checks,
        tools: choice.checkTools,
        workspace,
        registries: pusher.registries,
        environment: this.#context.environment,
        blobs: this.#context.blobs,
        channel: this.#channel,
        inTurn: work => this.#context.inTurn(work),
      }),
      maxLogBytes: this.#context.maxLogBytes,
      commands: this.#commands(workspace),
      channel: this.#channel,
      board,
      signal: this.#ending.signal,
    });
    for (const step of steps) {
      const result = this.#ending.mode
        ? ({ type: 'interrupted' } as const)
        : await runner.run(step);
      if (result.type !== 'completed') {
        await board.skipRest();
        return result.type === 'failed'
          ? failed(result.failure)
          : this.#interrupted(step.name);
      }
    }
    return { status: 'completed' };
  }

  #commands(workspace: RunWorkspace): CommandRunner {
    return new CommandRunner({
      workspace,
      environment: this.#context.environment,
    });
  }

  async #cleanUp(
    workspace: RunWorkspace,
    plan: LocalPlan | undefined,
  ): Promise<void> {
    const { logger } = this.#context;
    try {
      await this.#commands(workspace).runQuietly(plan?.cleanup ?? [], logger);
    } catch (error) {
      logger.warn(`Run ${this.name} left its image in the store: ${error}`);
    }
    try {
      await workspace.remove();
    } catch (error) {
      logger.warn(
        `Run ${this.name} left files behind; they are removed at the next start: ${error}`,
      );
    }
  }
}

function toolsOf({
  tools,
  checkTools,
}: RunToolChoice & { ok: true }): ChosenTool[] {
  return [...Object.values(tools), ...Object.values(checkTools)];
}

function toolOf(
  action: RunStep['action'],
  choice: RunToolChoice & { ok: true },
): string | undefined {
  if (action.type === 'fetch-source') {
    return undefined;
  }
  const tool =
    action.type === 'check'
      ? choice.checkTools[action.check]
      : toolsOf(choice).find(
          ({ path }) => path === action.commands[0]?.argv[0],
        );
  return tool && `${tool.name} ${tool.version}`;
}
