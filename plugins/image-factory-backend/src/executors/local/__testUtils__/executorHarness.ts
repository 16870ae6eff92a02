import { mockServices } from '@backstage/backend-test-utils';
import {
  BuildMethod,
  ExecutionSpec,
  ExecutionUpdate,
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSources } from '../../../__testUtils__/createSources';
import { FilesystemBlobStore } from '../../../blobs';
import { dockerMethod, MethodRegistry } from '../../../methods';
import { ImagePusher, RegistrySettings } from '../../../registry';
import { GitHostConfig } from '../../../sources';
import { LocalExecutor, LocalExecutorOptions } from '../LocalExecutor';
import { pickEnvironment } from '../pickEnvironment';

/** A real executor on real folders, with a folder `sources` to build from. */
export class ExecutorHarness {
  readonly directory: string;
  readonly sources: string;
  readonly work: string;
  readonly blobs: FilesystemBlobStore;
  readonly executor: LocalExecutor;

  static async create(
    options: Partial<LocalExecutorOptions> & {
      furtherMethods?: BuildMethod[];
      gitHosts?: GitHostConfig[];
    } = {},
  ): Promise<ExecutorHarness> {
    const { furtherMethods = [], gitHosts, ...given } = options;
    const directory = await realpath(
      await mkdtemp(join(tmpdir(), 'local-executor-')),
    );
    const sources = join(directory, 'sources');
    const work = join(directory, 'work');
    await mkdir(sources);
    const blobs = await FilesystemBlobStore.create({
      directory: join(directory, 'blobs'),
    });
    const methods = new MethodRegistry();
    methods.register(dockerMethod);
    furtherMethods.forEach(method => methods.register(method));
    const executor = await LocalExecutor.create({
      id: 'local',
      directory: work,
      instance: 'test',
      methods,
      sources: await createSources({
        directory,
        hosts: gitHosts,
        roots: [
          { name: 'test', path: sources },
          { name: 'examples', path: examplesDirectory() },
        ],
      }),
      blobs,
      pusher: pushesTo([]),
      logger: mockServices.logger.mock(),
      toolOrder: ['buildah', 'podman', 'docker'],
      maxRunning: 2,
      environment: pickEnvironment(process.env),
      maxSourceBytes: 50_000_000,
      now: () => new Date(),
      steady: () => performance.now(),
      ...given,
    });
    return new ExecutorHarness({ directory, sources, work, blobs, executor });
  }

  private constructor(options: {
    directory: string;
    sources: string;
    work: string;
    blobs: FilesystemBlobStore;
    executor: LocalExecutor;
  }) {
    this.directory = options.directory;
    this.sources = options.sources;
    this.work = options.work;
    this.blobs = options.blobs;
    this.executor = options.executor;
  }

  async remove(): Promise<void> {
    await this.executor.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A pusher that is not set back for long by what goes wrong. */
export function pushesTo(registries: RegistrySettings[]): ImagePusher {
  return ImagePusher.create({
    registries,
    environment: {},
    now: () => new Date(),
    random: () => 0,
    retries: { tries: 3, firstDelayMs: 1, maxDelayMs: 1 },
  });
}

/** The demo catalog of this repository. */
export function examplesDirectory(): string {
  return join(__dirname, '../../../../../../examples');
}

/** All that came of a run. */
export class Collected {
  readonly updates: ExecutionUpdate[] = [];

  /** Reads a run to its end, and tells each update as it comes. */
  static async from(
    updates: AsyncIterable<ExecutionUpdate>,
    onUpdate: (update: ExecutionUpdate, collected: Collected) => void = () =>
      undefined,
  ): Promise<Collected> {
    const collected = new Collected();
    for await (const update of updates) {
      collected.updates.push(update);
      onUpdate(update, collected);
    }
    return collected;
  }

  log(step: string): string {
    return Buffer.concat(
      this.updates.flatMap(update =>
        update.type === 'log' && update.step === step ? [update.bytes] : [],
      ),
    ).toString();
  }

  get outcome(): Outcome | undefined {
    const last = this.updates.at(-1);
    return last?.type === 'outcome' ? last.outcome : undefined;
  }

  /** The last snapshot of each step in their order. */
  get steps(): StepSnapshot[] {
    const steps: StepSnapshot[] = [];
    for (const update of this.updates) {
      if (update.type === 'step') {
        steps[update.step.ordinal] = update.step;
      }
    }
    return steps;
  }

  get artifacts() {
    return this.updates.flatMap(update =>
      update.type === 'artifact' ? [update.artifact] : [],
    );
  }
}

/** Starts a run and reads it to its end. */
export async function runToEnd(
  executor: LocalExecutor,
  spec: ExecutionSpec,
  onUpdate?: (update: ExecutionUpdate, collected: Collected) => void,
): Promise<Collected> {
  const { signal } = new AbortController();
  const run = await executor.start(spec, signal);
  return Collected.from(executor.collect(run, undefined, signal), onUpdate);
}
