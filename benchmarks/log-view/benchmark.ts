import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Portal } from '../../e2e/portal/Portal';
import { storeBuild } from '../../e2e/portal/storeBuild';
import { Benchmark, Figure } from '../Benchmark';
import { median } from '../median';
import { LogPage, Scrolling } from './LogPage';
import { MIDDLE_LINE, createHugeLog } from './hugeLog';
import { searchPostgres } from './searchPostgres';

const ROUNDS = 5;
const MOST_MS = 1_000;
/** A frame of 60 a second, and what timers round. */
const MOST_FRAME_MS = 17;
const MEBIBYTE = 1024 * 1024;
const SHORT_TEXT = 'a short log';

/** What was measured once, in milliseconds. */
type Round = {
  loadMs: number;
  firstScreenMs: number;
  searchMs: number;
  jumpMs: number;
  scrolling: Scrolling;
  heapMiB: number;
};

/** The log of a million lines in a real browser. */
export const benchmark: Benchmark = {
  title:
    'a log of 1,000,000 lines and 100 MB on the page of its build, in Chromium',
  async run({ directory, postgres, say }) {
    const log = createHugeLog();
    const dataDirectory = join(directory, 'portal');
    const sources = join(directory, 'sources');
    mkdirSync(sources);
    const buildId = await storeBuild({
      dataDirectory,
      steps: [
        { name: 'short', log: Buffer.from(`${SHORT_TEXT}\n`) },
        { name: 'huge', log },
      ],
    });
    const portal = await Portal.start({ sources, dataDirectory });
    const rounds: Round[] = [];
    try {
      const page = await LogPage.open(portal.url);
      try {
        // The first one loads what the browser then keeps.
        await page.load(buildId, 'short', SHORT_TEXT);
        for (let count = 1; count <= ROUNDS; count += 1) {
          const round = await measure(page, buildId);
          say(describe(round));
          rounds.push(round);
        }
      } finally {
        await page.close();
      }
    } finally {
      await portal.stop();
    }
    const postgresMs = postgres
      ? await searchPostgres({
          connection: postgres,
          log,
          blobDirectory: join(directory, 'blobs'),
          times: ROUNDS,
        })
      : [];
    return {
      figures: figuresOf(rounds, postgresMs),
      samples: {
        rounds: rounds.map(summary),
        postgres: postgresMs.map(searchMs => ({ searchMs })),
      },
    };
  },
};

async function measure(page: LogPage, buildId: string): Promise<Round> {
  const loadMs = await page.load(buildId, 'short', SHORT_TEXT);
  const firstScreenMs = await page.openStep('huge');
  const searchMs = await page.search();
  const jumpMs = await page.jumpTo(MIDDLE_LINE);
  const scrolling = await page.scroll();
  const heapMiB = (await page.heapBytes()) / MEBIBYTE;
  return { loadMs, firstScreenMs, searchMs, jumpMs, scrolling, heapMiB };
}

function figuresOf(rounds: Round[], postgresMs: number[]): Figure[] {
  const intervals = rounds.flatMap(({ scrolling }) => scrolling.intervals);
  const incomplete = rounds.map(({ scrolling }) => scrolling.incomplete);
  const figures: Figure[] = [
    {
      name: 'first screen of the log, median of 5',
      value: median(rounds.map(({ firstScreenMs }) => firstScreenMs)),
      unit: 'ms',
      atMost: MOST_MS,
    },
    {
      name: 'a search that finds a line at the end, and shows it, median of 5',
      value: median(rounds.map(({ searchMs }) => searchMs)),
      unit: 'ms',
      atMost: MOST_MS,
    },
    {
      name: 'a jump into the middle, median of 5',
      value: median(rounds.map(({ jumpMs }) => jumpMs)),
      unit: 'ms',
      atMost: MOST_MS,
    },
    {
      name: 'between two frames while scrolling, median',
      value: median(intervals),
      unit: 'ms',
      atMost: MOST_FRAME_MS,
    },
    {
      name: 'the same, of the slowest twentieth at least',
      value: percentile(intervals, 0.95),
      unit: 'ms',
    },
    {
      name: 'frames with a line that was not there yet',
      value: (100 * sum(incomplete)) / intervals.length,
      unit: '%',
    },
    {
      name: "the page's memory afterwards, at most",
      value: Math.max(...rounds.map(({ heapMiB }) => heapMiB)),
      unit: 'MiB',
    },
    {
      name: 'the whole page, with a short log, median of 5',
      value: median(rounds.map(({ loadMs }) => loadMs)),
      unit: 'ms',
    },
  ];
  if (postgresMs.length > 0) {
    figures.push({
      name: 'PostgreSQL: the search in the backend, median of 5',
      value: median(postgresMs),
      unit: 'ms',
      atMost: MOST_MS,
    });
  }
  return figures;
}

/** Without every single frame. */
function summary({ scrolling, ...round }: Round) {
  const { intervals, incomplete } = scrolling;
  return {
    ...round,
    frames: {
      count: intervals.length,
      medianMs: median(intervals),
      slowestTwentiethMs: percentile(intervals, 0.95),
      longestMs: Math.max(...intervals),
      incomplete,
    },
  };
}

function describe(round: Round): string {
  const { firstScreenMs, searchMs, jumpMs, scrolling } = round;
  return [
    `first screen ${firstScreenMs.toFixed(0)} ms`,
    `search ${searchMs.toFixed(0)} ms`,
    `jump ${jumpMs.toFixed(0)} ms`,
    `frames ${median(scrolling.intervals).toFixed(1)} ms`,
  ].join(', ');
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)];
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
