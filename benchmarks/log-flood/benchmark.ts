import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Benchmark, BenchmarkContext, Figure } from '../Benchmark';
import { median } from '../median';
import { printerCommand } from './printerMethod';
import { ReplicaDatabase } from '../ReplicaProcess';
import { Replica } from './Replica';
import { ResidentPeak } from './ResidentPeak';

const BYTES = 100_000_000;
const SECONDS = 10;
const PAIRS = 5;
/** A step that prints a little, so that what is loaded once is loaded. */
const WARM_UP = { bytes: 5_000_000, seconds: 1 };
const SETTLE_MS = 3_000;
const MEBIBYTE = 1024 * 1024;

const MOST_GROWTH_MIB = 64;
const MOST_RATIO = 1.05;

/** The same step once into a file, and once through the replica. */
type Pair = {
  fileMs: number;
  stepMs: number;
  /** Of the replica's memory: just before the step, and at most during it. */
  restMiB: number;
  peakMiB: number;
};

/** A step that prints much: what it costs the step, and the replica. */
export const benchmark: Benchmark = {
  title:
    'a step that prints 100 MB in 10 s through a replica of the portal, compared to the same step into a file',
  async run(context) {
    const databases: ReplicaDatabase[] = [{ engine: 'SQLite' }];
    if (context.postgres) {
      databases.push({ engine: 'PostgreSQL', connection: context.postgres });
    }
    const figures: Figure[] = [];
    const samples: Record<string, object> = {};
    for (const database of databases) {
      const { engine } = database;
      const pairs = await measure(context, database);
      samples[engine] = pairs;
      figures.push(
        {
          name: `${engine}: the step, times as long as into a file`,
          value: median(pairs.map(({ stepMs, fileMs }) => stepMs / fileMs)),
          unit: '',
          atMost: MOST_RATIO,
        },
        {
          name: `${engine}: the replica's memory grows by`,
          value: Math.max(
            ...pairs.map(({ restMiB, peakMiB }) => peakMiB - restMiB),
          ),
          unit: 'MiB',
          atMost: MOST_GROWTH_MIB,
        },
        {
          name: `${engine}: over all ${PAIRS} steps, one after the other`,
          value:
            Math.max(...pairs.map(({ peakMiB }) => peakMiB)) - pairs[0].restMiB,
          unit: 'MiB',
        },
      );
    }
    return { figures, samples };
  },
};

async function measure(
  { directory, say }: BenchmarkContext,
  database: ReplicaDatabase,
) {
  const folder = join(directory, database.engine);
  await mkdir(folder);
  const replica = await Replica.start({ directory: folder, database });
  try {
    await replica.print(WARM_UP.bytes, WARM_UP.seconds);
    await delay(SETTLE_MS);
    const pairs: Pair[] = [];
    for (let count = 1; count <= PAIRS; count += 1) {
      // In turn, so that neither always comes first.
      const pair =
        count % 2 === 1
          ? {
              fileMs: await intoFile(folder),
              ...(await throughReplica(replica)),
            }
          : {
              ...(await throughReplica(replica)),
              fileMs: await intoFile(folder),
            };
      pairs.push(pair);
      say(
        `${database.engine}, pair ${count}: file ${pair.fileMs.toFixed(
          0,
        )} ms, step ${pair.stepMs.toFixed(0)} ms, memory ${pair.restMiB.toFixed(
          0,
        )} to ${pair.peakMiB.toFixed(0)} MiB`,
      );
    }
    return pairs;
  } finally {
    await replica.stop();
  }
}

async function throughReplica(replica: Replica) {
  const restMiB = replica.residentBytes() / MEBIBYTE;
  const peak = ResidentPeak.watch(replica);
  const step = await replica.print(BYTES, SECONDS);
  const peakMiB = peak.stop();
  if (step.logBytes < BYTES) {
    throw new Error(`Of ${BYTES} bytes ${step.logBytes} are stored`);
  }
  return {
    stepMs: Date.parse(step.finishedAt!) - Date.parse(step.startedAt!),
    restMiB,
    peakMiB,
  };
}

async function intoFile(folder: string): Promise<number> {
  const path = join(folder, 'output.log');
  const file = openSync(path, 'w');
  const [program, ...args] = printerCommand(BYTES, SECONDS);
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', file, 'inherit'] });
  const [code] = await once(child, 'exit');
  const took = performance.now() - began;
  closeSync(file);
  const { size } = statSync(path);
  rmSync(path);
  if (code !== 0 || size !== BYTES) {
    throw new Error(`The printer ended with ${code} after ${size} bytes`);
  }
  return took;
}
