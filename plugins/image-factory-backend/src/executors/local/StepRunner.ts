import {
  BuildMethod,
  ChosenTool,
  ExecutionSpec,
  LocalAction,
  LocalCommand,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { basename } from 'node:path';
import { BlobStore } from '../../blobs';
import { explainFailure } from '../../methods';
import { ImagePusher } from '../../registry';
import { Sources } from '../../sources';
import { CheckStep, ImageChecks, ProcessesResult, RunStep } from './checks';
import { CommandRunner } from './CommandRunner';
import { deliverImage } from './deliverImage';
import { displayCommand } from './displayCommand';
import {
  UpdateChannel,
  formatBytes,
  plainFailure,
  plainText,
} from '../reporting';
import { ProcessEnd } from './processes';
import { BuiltImage, readBuiltImage } from './readBuiltImage';
import {
  listWorkspaceSource,
  readWorkspaceSource,
} from './readWorkspaceSource';
import { RunWorkspace } from './RunWorkspace';
import { StepBoard } from './StepBoard';
import { StepFailure } from './StepFailure';
import { StepLog } from './StepLog';
import { toFailure } from './toFailure';

/** How a step ended. `interrupted` where the run is to end before its time. */
export type StepResult =
  | { type: 'completed' }
  | { type: 'failed'; failure: Failure }
  | { type: 'interrupted' };

type CommandsAction = Extract<LocalAction, { type: 'commands' }>;

/** Warnings may stand before the digest. */
const MAX_DIGEST_OUTPUT = 10_000;

/** How a step has ended that was not interrupted. */
type ActResult =
  | ProcessesResult
  /** It has not done what it is for, because of what a step before it has found. */
  | { ok: false; heldBack: string; failure: Failure };

export type StepRunnerOptions = {
  spec: ExecutionSpec;
  method: BuildMethod;
  tools: ChosenTool[];
  workspace: RunWorkspace;
  sources: Sources;
  sourceLimits: { maxBytes: number; maxFiles: number };
  blobs: BlobStore;
  pusher: ImagePusher;
  checks: ImageChecks;
  commands: CommandRunner;
  maxLogBytes: number;
  channel: UpdateChannel;
  board: StepBoard;
  signal: AbortSignal;
};

/** Runs the steps of one run, one at a time. */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  #built: Promise<BuiltImage> | undefined;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  /** Runs a step and tells how it ended; whatever ends it is a result, not an exception. */
  async run(step: RunStep): Promise<StepResult> {
    const { board, channel, maxLogBytes, signal } = this.#options;
    const log = new StepLog({
      step: step.name,
      channel,
      maxBytes: maxLogBytes,
    });
    await board.begin(step.name);
    let result: ActResult;
    try {
      result = await this.#act(step, log);
    } catch (error) {
      if (!signal.aborted) {
        return this.#fail(step, log, plainFailure(toFailure(error, step.name)));
      }
      result = { ok: true };
    }
    if (signal.aborted) {
      await board.end(step.name, 'cancelled', {});
      return { type: 'interrupted' };
    }
    if (!result.ok) return this.#endFailed(step, result);
    await board.end(step.name, 'completed', { exitCode: result.exitCode });
    return { type: 'completed' };
  }

  /** What a scan has found ends no run by itself: what hands the image on holds it back. */
  async #endFailed(
    step: RunStep,
    result: ActResult & { ok: false },
  ): Promise<StepResult> {
    const { board } = this.#options;
    const { failure } = result;
    if ('heldBack' in result) {
      await board.end(step.name, 'skipped', { reason: result.heldBack });
      return { type: 'failed', failure };
    }
    await board.end(step.name, 'failed', {
      exitCode: result.exitCode,
      reason: failure.message,
    });
    const isScan = step.action.type === 'check' && step.action.check === 'scan';
    return isScan ? { type: 'completed' } : { type: 'failed', failure };
  }

  async #fail(
    step: RunStep,
    log: StepLog,
    failure: Failure,
  ): Promise<StepResult> {
    await log.line(`Error: ${failure.message}`);
    await this.#options.board.end(step.name, 'failed', {
      reason: failure.message,
    });
    return { type: 'failed', failure };
  }

  async #act(step: RunStep, log: StepLog): Promise<ActResult> {
    switch (step.action.type) {
      case 'fetch-source':
        await this.#fetchSource(step.name, log);
        return { ok: true };
      case 'commands': {
        const { commands, baseImages } = step.action;
        const result = await this.#runCommands(step.name, commands, log);
        if (result.ok && baseImages) await this.#tellBases(baseImages, log);
        return result;
      }
      case 'check':
        return this.#check(step.name, step.action.check, log);
      default: {
        const result = await this.#runCommands(
          step.name,
          step.action.commands,
          log,
        );
        return result.ok && !this.#options.signal.aborted
          ? (await this.#deliver(log)) ?? result
          : result;
      }
    }
  }

  async #deliver(log: StepLog): Promise<ActResult | undefined> {
    const { workspace } = this.#options;
    const heldBack = await deliverImage({
      ...this.#options,
      workspace: workspace.folders,
      built: await this.#builtImage(),
      log: line => log.line(line),
    });
    return (
      heldBack && {
        ok: false,
        heldBack: heldBack.reason,
        failure: heldBack.failure,
      }
    );
  }

  async #check(
    step: string,
    check: CheckStep['action']['check'],
    log: StepLog,
  ): Promise<ProcessesResult> {
    const { checks, signal } = this.#options;
    return checks.check(check, () => this.#builtImage(), {
      step,
      signal,
      line: text => log.line(plainText(text)),
      run: commands => this.#runCommands(step, commands, log),
    });
  }

  /** Read once: it is read through, and may be large. */
  async #builtImage(): Promise<BuiltImage> {
    const { spec, workspace, signal } = this.#options;
    this.#built ??= readBuiltImage({
      config: spec.config,
      workspace: workspace.folders,
      signal,
    });
    return this.#built;
  }

  async #fetchSource(step: string, log: StepLog): Promise<void> {
    const {
      spec,
      sources,
      workspace,
      sourceLimits,
      commands,
      channel,
      signal,
    } = this.#options;
    const { source, scratch } = workspace.folders;
    const { files, bytes } = await sources.copyTo(spec.config.source, source, {
      ...sourceLimits,
      signal,
      scratch,
      log: line => log.line(plainText(line)),
      run: (program, options) => commands.runProgram(program, options),
    });
    await log.line(
      `Copied ${files} ${files === 1 ? 'entry' : 'entries'}, ${formatBytes(
        bytes,
      )}`,
    );
    for (const metric of [
      { name: 'source-size', value: bytes, unit: 'bytes' },
      { name: 'source-files', value: files, unit: 'count' },
    ] as const) {
      await channel.write({ type: 'metric', metric: { ...metric, step } });
    }
  }

  async #runCommands(
    step: string,
    commands: LocalCommand[],
    log: StepLog,
  ): Promise<ProcessesResult> {
    const { workspace, tools, signal } = this.#options;
    for (const command of commands) {
      await log.line(`$ ${displayCommand(command, workspace.folders, tools)}`);
      const end = await this.#options.commands.run(command, {
        signal,
        onOutput: bytes => log.write(bytes),
      });
      if (signal.aborted) {
        return { ok: true };
      }
      const exitCode = exitCodeOf(end, command);
      if (exitCode !== 0) {
        return {
          ok: false,
          exitCode,
          failure: this.#explain(step, exitCode, log),
        };
      }
    }
    return { ok: true, exitCode: 0 };
  }

  /** What cannot be told of them is no reason for a build to fail. */
  async #tellBases(
    queries: NonNullable<CommandsAction['baseImages']>,
    log: StepLog,
  ): Promise<void> {
    const { workspace, commands, channel, signal } = this.#options;
    const { source } = workspace.folders;
    for (const { reference, command } of queries(path =>
      readWorkspaceSource(source, path),
    )) {
      if (signal.aborted) return;
      let output = '';
      await commands.run(command, {
        signal,
        onOutput: async bytes => {
          output = (output + Buffer.from(bytes)).slice(-MAX_DIGEST_OUTPUT);
        },
      });
      const [digest] = /^sha256:[0-9a-f]{64}$/m.exec(output) ?? [];
      if (!digest) continue;
      await log.line(`Base      ${reference} at ${digest}`);
      await channel.write({
        type: 'artifact',
        artifact: { type: 'base-image', name: reference, reference, digest },
      });
    }
  }

  #explain(step: string, exitCode: number, log: StepLog): Failure {
    const { method, spec, workspace } = this.#options;
    const { source } = workspace.folders;
    const failure = explainFailure(method.failureRules, {
      step,
      exitCode,
      ...log.tail(),
      parameters: spec.config.parameters,
      readSource: path => readWorkspaceSource(source, path),
      listSource: path => listWorkspaceSource(source, path),
    });
    // Lines that are not kept cannot be pointed at.
    const evidenceLine =
      log.droppedBytes > 0 ? undefined : failure.evidenceLine;
    return plainFailure({ ...failure, evidenceLine });
  }
}

/** @throws StepFailure where the program did not end by itself: that is no fault of the sources. */
function exitCodeOf(end: ProcessEnd, command: LocalCommand): number {
  const program = basename(command.argv[0]);
  switch (end.type) {
    case 'exited':
      return end.exitCode;
    case 'killed':
      throw new StepFailure({
        class: 'infrastructure',
        message: `${program} was ended from outside by ${end.signal}.`,
        hint: 'Most often the machine ran out of memory: give it more, or let fewer builds run at once.',
      });
    default:
      throw new StepFailure({
        class: 'infrastructure',
        message: `${program} could not be started: ${end.error.message}.`,
        hint: `Check that ${command.argv[0]} is still installed.`,
      });
  }
}
