import { ExecutionSpec } from '@image-factory/backstage-plugin-image-factory-node';
import {
  ExecutorFixture,
  RunBehaviour,
} from '@image-factory/backstage-plugin-image-factory-node/testUtils';
import assert from 'node:assert/strict';
import { mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GitRepository } from '../../../__testUtils__/GitRepository';
import { GitServer, Stall } from '../../../__testUtils__/GitServer';
import { LocalExecutor } from '../LocalExecutor';
import { listProcesses } from '../processes';
import { ExecutorHarness } from './executorHarness';
import { makeSpec } from './makeSpec';
import { SCRIPTED_STEPS, scriptedStepsMethod } from './scriptedStepsMethod';

const SOURCE = 'conformance';

/** A real local executor whose steps are scripts of the shell; where it is to wait for its source, that is in git on a server that holds its answers back. */
export class LocalFixture implements ExecutorFixture {
  readonly steps = ['clone-repo', ...SCRIPTED_STEPS];
  readonly scriptable = SCRIPTED_STEPS;
  readonly withoutCollector = 'ends';
  readonly #harness: ExecutorHarness;
  readonly #server: GitServer;
  readonly #repository: GitRepository;
  #stall: Stall | undefined;

  static async create(): Promise<LocalFixture> {
    const server = await GitServer.start();
    const harness = await ExecutorHarness.create({
      furtherMethods: [scriptedStepsMethod],
      gitHosts: [{ host: server.host, caFile: server.caFile }],
    });
    await mkdir(join(harness.sources, SOURCE));
    const repository = await server.createRepository('team/app', { file: '' });
    return new LocalFixture(harness, server, repository);
  }

  private constructor(
    harness: ExecutorHarness,
    server: GitServer,
    repository: GitRepository,
  ) {
    this.#harness = harness;
    this.#server = server;
    this.#repository = repository;
  }

  get executor(): LocalExecutor {
    return this.#harness.executor;
  }

  async spec(behaviour: RunBehaviour): Promise<ExecutionSpec> {
    const waits = behaviour.waitsIn === 'clone-repo';
    this.#stall?.release();
    this.#stall = waits ? this.#server.stall() : undefined;
    return makeSpec({
      path: SOURCE,
      method: scriptedStepsMethod.id,
      ...(waits && {
        source: {
          type: 'git',
          repository: this.#repository.url,
          ref: 'main',
          commit: await this.#repository.hash('main'),
          path: '',
          credentials: 'none',
        },
      }),
      timeoutSeconds: behaviour.timeoutSeconds ?? 60,
      parameters: Object.fromEntries(
        SCRIPTED_STEPS.map(step => [step, scriptOf(step, behaviour)]),
      ),
    });
  }

  async assertNothingLeft(name: string): Promise<void> {
    const workspace = join(this.executor.directory, 'runs', name);
    assert.ok(
      !(await readdir(join(this.executor.directory, 'runs'))).includes(name),
      `the workspace of ${name} is left`,
    );
    for (const { pid } of await listProcesses()) {
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      assert.ok(
        !directory.startsWith(workspace),
        `process ${pid} of ${name} is left`,
      );
    }
  }

  async dispose(): Promise<void> {
    this.#stall?.release();
    await this.#harness.remove();
    await this.#server.stop();
  }
}

function scriptOf(step: string, behaviour: RunBehaviour): string {
  const { waitsIn, failsIn, prints } = behaviour;
  return [
    prints?.step === step &&
      `n=1; while [ $n -le ${prints.lines} ]; do echo "line $n"; n=$((n+1)); done`,
    // A process of its own, so that it shows whether the whole tree is ended.
    waitsIn === step && 'sleep 600',
    failsIn === step && 'exit 3',
  ]
    .filter(Boolean)
    .join('\n');
}
