import {
  Build,
  BuildRequest,
  Step,
  StepList,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ReplicaDatabase, ReplicaProcess } from '../ReplicaProcess';
import { PRINTING_STEP } from './printerMethod';

const LOOK_MS = 250;
const COMPONENT = 'component:default/printer';

/** A replica of the portal that knows one component, and no other tool than the printer. */
export class Replica {
  readonly #process: ReplicaProcess;

  static async start(options: {
    /** An empty folder. */
    directory: string;
    database: ReplicaDatabase;
  }): Promise<Replica> {
    const { directory, database } = options;
    const sources = join(directory, 'sources');
    const catalogInfo = writePrinter(join(sources, 'printer'));
    return new Replica(
      await ReplicaProcess.start({
        program: join(__dirname, 'replicaProcess.ts'),
        directory,
        database,
        component: COMPONENT,
        config: {
          catalog: { locations: [{ type: 'file', target: catalogInfo }] },
          imageFactory: {
            dataDirectory: join(directory, 'image-factory'),
            sources: { directories: [{ name: 'sources', path: sources }] },
          },
        },
      }),
    );
  }

  private constructor(process: ReplicaProcess) {
    this.#process = process;
  }

  /** What it has in memory now, in bytes. */
  residentBytes(): number {
    const pid = String(this.#process.pid);
    const kibibytes =
      process.platform === 'linux'
        ? // A process for each look would take time from what is measured.
          /^VmRSS:\s+(\d+) kB$/m.exec(
            readFileSync(`/proc/${pid}/status`, 'utf8'),
          )?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', pid], { encoding: 'utf8' });
    return Number(kibibytes) * 1024;
  }

  /** Has it run a step that prints, and waits for its end. */
  async print(bytes: number, seconds: number): Promise<Step> {
    const request: BuildRequest = {
      entityRef: COMPONENT,
      parameters: { bytes, seconds },
    };
    let build = await this.#process.api<Build>('/v1/builds', request);
    while (!isTerminal(build.status)) {
      await delay(LOOK_MS);
      build = await this.#process.api<Build>(`/v1/builds/${build.id}`);
    }
    const { items } = await this.#process.api<StepList>(
      `/v1/builds/${build.id}/steps`,
    );
    const step = items.find(({ name }) => name === PRINTING_STEP);
    if (build.status !== 'completed' || !step) {
      throw new Error(
        `The build ended as ${JSON.stringify(build)}:\n${this.#process.output}`,
      );
    }
    return step;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** @returns where its `catalog-info.yaml` is */
function writePrinter(source: string): string {
  mkdirSync(source, { recursive: true });
  const file = join(source, 'catalog-info.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'printer',
        annotations: {
          'image-factory.io/image': 'printer',
          'image-factory.io/method': 'printer',
        },
      },
      spec: {
        type: 'service',
        lifecycle: 'experimental',
        owner: 'group:default/guests',
      },
    }),
  );
  return file;
}
