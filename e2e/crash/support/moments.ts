import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { blockCommits, blockTable } from './blockedTransaction';
import { blobs, processesWith, workspaces } from './leftovers';
import { type Phase } from './phaseOf';
import { Build, Place } from './Place';
import { until } from './until';

/** A moment of a build at which its portal is killed. */
export type Moment = {
  title: string;
  /** What is left of the attempt that the kill has hit; none where it was never begun. */
  left: 'lost' | 'nothing';
  /** Where the dead portal shows that it was with the build; the next phase beside where nothing keeps it there. */
  phases: Phase[];
  /** Whether the build prints numbered lines. */
  prints?: boolean;
  /** What it takes that a machine may lack. */
  lacks?: (place: Place) => string | undefined;
  /** Brings a build to the moment, and keeps it there where that can be done. */
  reach(place: Place): Promise<Reached>;
};

/** The portal stands at the moment. */
export type Reached = {
  build: Build;
  /** Takes away what keeps it there, once the portal is dead. */
  release(): Promise<void>;
};

const NOTHING_TO_RELEASE = async () => undefined;

export const MOMENTS: Moment[] = [
  {
    title: 'in the middle of its claim',
    left: 'nothing',
    phases: ['queued'],
    prints: true,
    reach: place =>
      place.kind === 'postgres' ? claimOnPostgres(place) : claimOnSqlite(place),
  },
  {
    title: 'right after its claim',
    left: 'lost',
    phases: ['claimed', 'copying the source'],
    prints: true,
    async reach(place) {
      const build = await place.submit('numbers');
      await until('the build is claimed', async () => {
        const { status } = await place.rows.build(build.id);
        return status !== 'queued';
      });
      return { build, release: NOTHING_TO_RELEASE };
    },
  },
  {
    title: 'while its source is copied',
    left: 'lost',
    phases: ['copying the source'],
    async reach(place) {
      const build = await place.submit('large-source');
      await until('the large file is being copied', () =>
        workspaces(place.dataDirectory).some(workspace =>
          isPartly(join(workspace, 'source', 'large')),
        ),
      );
      return { build, release: NOTHING_TO_RELEASE };
    },
  },
  {
    title: 'while its source is fetched from git',
    left: 'lost',
    phases: ['copying the source'],
    async reach(place) {
      const build = await place.submit('in-git', { start: false });
      const { held, release } = place.peers.git.stall({ atMost: 1 });
      await place.portal.api(`/v1/builds/${build.id}/start`, {});
      await held;
      return { build, release: async () => release() };
    },
  },
  {
    title: 'while its image is built',
    left: 'lost',
    phases: ['building'],
    prints: true,
    async reach(place) {
      const build = await place.submit('slow-numbers');
      await place.slow.isWaitedFor();
      if (processesWith(place.detachedFor).length === 0) {
        throw new Error('No command of the build has detached a process');
      }
      return {
        build,
        release: async () => place.slow.release(),
      };
    },
  },
  {
    title: 'while its image is exported by the builder',
    left: 'lost',
    phases: ['exporting'],
    async reach(place) {
      const build = await place.submit('large-image');
      await until('the layout is being written', () =>
        workspaces(place.dataDirectory).some(workspace =>
          readdir(workspace).includes('layout'),
        ),
      );
      return { build, release: NOTHING_TO_RELEASE };
    },
  },
  {
    title: 'while its archive is stored',
    left: 'lost',
    phases: ['storing the archive'],
    async reach(place) {
      const build = await place.submit('large-image');
      await until('the archive is half-written', () =>
        blobs(place.dataDirectory).some(name => name.endsWith('.part')),
      );
      return { build, release: NOTHING_TO_RELEASE };
    },
  },
  {
    title: 'while its image is pushed',
    left: 'lost',
    phases: ['delivering'],
    lacks: place =>
      place.peers.registry ? undefined : 'docker-registry is missing',
    async reach(place) {
      const { proxy } = place.peers.registry!;
      const held = new Promise<void>(resolve => {
        proxy.onStalled = resolve;
      });
      proxy.fault = ({ method }) =>
        ['PATCH', 'PUT'].includes(method) ? 'stall' : undefined;
      const build = await place.submit('pushed');
      await held;
      return {
        build,
        release: async () => {
          proxy.fault = () => undefined;
        },
      };
    },
  },
  {
    title: 'in the middle of its completion',
    left: 'lost',
    phases: ['tidying up', 'completing'],
    prints: true,
    reach: place =>
      place.kind === 'postgres'
        ? completionOnPostgres(place)
        : completionOnSqlite(place),
  },
];

/** @throws Error where there is none of that title, so that no test kills nothing */
export function momentTitled(title: string): Moment {
  const moment = MOMENTS.find(each => each.title === title);
  if (!moment) throw new Error(`There is no moment "${title}"`);
  return moment;
}

async function claimOnPostgres(place: Place): Promise<Reached> {
  const block = await blockTable(place.rows.knex, 'build_executions');
  const build = await place.submit('numbers');
  await block.reached();
  return { build, release: block.release };
}

/** A queue that is filled while nobody is woken lets the next poll claim, which then cannot commit. */
async function claimOnSqlite(place: Place): Promise<Reached> {
  const build = await place.submit('numbers', { start: false });
  await until('nothing else is to be written', async () => {
    const [{ count }] = await place.rows
      .knex('build_events')
      .whereNull('published_at')
      .count({ count: '*' });
    return Number(count) === 0;
  });
  await place.rows
    .knex('builds')
    .where({ id: build.id })
    .update({ status: 'queued', queued_at: new Date().toISOString() });
  const block = await blockCommits(place.databaseFile, () => true);
  await block.reached();
  return { build, release: block.release };
}

async function completionOnPostgres(place: Place): Promise<Reached> {
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  const block = await blockTable(place.rows.knex, 'build_events');
  place.slow.finish();
  await block.reached();
  return { build, release: block.release };
}

/** The archive is recorded right before the end: whoever reads it then keeps the end from being committed. */
async function completionOnSqlite(place: Place): Promise<Reached> {
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  place.slow.finish();
  const block = await blockCommits(place.databaseFile, database =>
    isRecordedButRunning(database, build.id),
  );
  await block.reached();
  return { build, release: block.release };
}

function isRecordedButRunning(
  database: Database.Database,
  buildId: string,
): boolean {
  const { status } = database
    .prepare<[string], { status: string }>(
      'SELECT status FROM builds WHERE id = ?',
    )
    .get(buildId)!;
  if (status === 'completed') {
    throw new Error('The build was completed before the moment was seen');
  }
  return (
    database
      .prepare('SELECT 1 FROM artifacts WHERE build_id = ?')
      .get(buildId) !== undefined
  );
}

function isPartly(path: string): boolean {
  try {
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}

function readdir(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
