import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { BenchmarkOutcome, Figure } from './Benchmark';

const RESULTS = join(__dirname, 'results');
const README = join(__dirname, 'README.md');
const BEGIN = '<!-- The last results; written by npm run bench. -->\n';
const END = '<!-- End of the last results. -->\n';

/** What is kept of the last run of a benchmark. */
type Result = BenchmarkOutcome & {
  title: string;
  date: string;
  machine: ReturnType<typeof describeMachine>;
};

/** Whether a figure is what it has to be; a figure without a goal is. */
export function meetsGoal({ value, atMost }: Figure): boolean {
  return atMost === undefined || value <= atMost;
}

/** Keeps a run as the last one of its benchmark, and brings the table in the README up to date. */
export function keepResult(
  name: string,
  title: string,
  outcome: BenchmarkOutcome,
): void {
  const result: Result = {
    title,
    date: new Date().toISOString(),
    machine: describeMachine(),
    ...outcome,
  };
  writeFileSync(
    join(RESULTS, `${name}.json`),
    `${JSON.stringify(result, undefined, 2)}\n`,
  );
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const [, after] = rest.split(END);
  writeFileSync(README, `${before}${BEGIN}\n${table()}\n${END}${after}`);
}

/** A figure as one reads it. */
export function describeFigure({ name, value, unit, atMost }: Figure): string {
  const goal = atMost === undefined ? '' : ` (goal: ≤ ${atMost})`;
  return `${name}: ${round(value)}${unit && ` ${unit}`}${goal}`;
}

function describeMachine() {
  return {
    processors: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    /** Of the 15 minutes until then; the benchmark's own is in it. */
    load: loadavg()[2],
  };
}

function table(): string {
  const rows = readdirSync(RESULTS)
    .filter(file => file.endsWith('.json'))
    .sort()
    .flatMap(file => {
      const name = basename(file, '.json');
      const result: Result = JSON.parse(
        readFileSync(join(RESULTS, file), 'utf8'),
      );
      const { processors, memoryGiB, node } = result.machine;
      const where = `${processors} processors, ${memoryGiB} GiB, Node ${node}`;
      return result.figures.map(({ name: figure, value, unit, atMost }) => [
        name,
        figure,
        `${round(value)}${unit && ` ${unit}`}`,
        atMost === undefined ? '' : `≤ ${atMost}${unit && ` ${unit}`}`,
        result.date.slice(0, 10),
        where,
      ]);
    });
  return align([
    ['benchmark', 'figure', 'value', 'goal', 'date', 'machine'],
    ...rows,
  ]);
}

/** Padded as prettier wants it. */
function align(rows: string[][]): string {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map(row => row[column].length)),
  );
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  const padded = rows.map(row =>
    line(row.map((cell, column) => cell.padEnd(widths[column]))),
  );
  const rule = line(widths.map(width => '-'.repeat(width)));
  return [padded[0], rule, ...padded.slice(1)].join('');
}

function round(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
