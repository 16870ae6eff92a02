import { LoggerService } from '@backstage/backend-plugin-api';
import { LocalCommand } from '@image-factory/backstage-plugin-image-factory-node';
import { Program } from '../../sources';
import { ProcessEnd, runProcess } from './processes';
import { RunWorkspace } from './RunWorkspace';

const CLEANUP_MILLISECONDS = 60_000;

/** Runs the commands of one run: in its workspace, with a clean environment. */
export class CommandRunner {
  readonly #workspace: RunWorkspace;
  readonly #environment: Record<string, string>;

  constructor(options: {
    workspace: RunWorkspace;
    environment: Record<string, string>;
  }) {
    this.#workspace = options.workspace;
    this.#environment = options.environment;
  }

  async run(
    command: LocalCommand,
    options: {
      signal: AbortSignal;
      onOutput(bytes: Uint8Array): Promise<void>;
    },
  ): Promise<ProcessEnd> {
    const workspace = this.#workspace;
    return this.runProgram(
      {
        argv: command.argv,
        cwd: command.cwd ?? workspace.folders.source,
        env: {
          // Podman and Buildah would look for the user's logins in several places.
          REGISTRY_AUTH_FILE: workspace.authFile,
          ...this.#environment,
          LANG: 'C.UTF-8',
          HOME: workspace.home,
          TMPDIR: workspace.temporary,
          ...command.env,
        },
      },
      options,
    );
  }

  /** Runs what brings its whole environment with it. */
  async runProgram(
    program: Program,
    options: {
      signal: AbortSignal;
      onOutput(bytes: Uint8Array): Promise<void>;
    },
  ): Promise<ProcessEnd> {
    const workspace = this.#workspace;
    let started: number | undefined;
    try {
      return await runProcess({
        ...program,
        ...options,
        onStarted: async pid => {
          started = pid;
          await workspace.record(pid);
        },
      });
    } finally {
      if (started !== undefined) {
        await workspace.forget(started);
      }
    }
  }

  /** Runs commands whose failure changes nothing for the build. */
  async runQuietly(
    commands: LocalCommand[],
    logger: LoggerService,
  ): Promise<void> {
    for (const command of commands) {
      const end = await this.run(command, {
        signal: AbortSignal.timeout(CLEANUP_MILLISECONDS),
        onOutput: async () => undefined,
      });
      if (end.type !== 'exited' || end.exitCode !== 0) {
        logger.debug(
          `Cleanup ended with ${JSON.stringify(end)}: ${command.argv.join(
            ' ',
          )}`,
        );
      }
    }
  }
}
