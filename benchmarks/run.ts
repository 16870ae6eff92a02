import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Benchmark } from './Benchmark';
import { describeFigure, keepResult, meetsGoal } from './results';

/** Runs one benchmark, keeps what it has found, and tells whether its goals are met. Arguments: its name, and a connection string of a PostgreSQL. */
async function main([name, postgres]: string[]): Promise<number> {
  const file = join(__dirname, name ?? '', 'benchmark.ts');
  if (!name || !existsSync(file)) {
    console.error(
      `There is no benchmark '${name ?? ''}'. Use one of: ${names().join(
        ', ',
      )}.`,
    );
    return 1;
  }
  // Files here run as CommonJS, whose exports an import gives as one.
  const { default: exported }: { default: { benchmark: Benchmark } } =
    await import(file);
  const { benchmark } = exported;
  console.log(`${name}: ${benchmark.title}`);
  const directory = mkdtempSync(join(tmpdir(), `image-factory-${name}-`));
  try {
    const outcome = await benchmark.run({
      directory,
      postgres,
      say: text => console.log(`  ${text}`),
    });
    if (!outcome.isShort) keepResult(name, benchmark.title, outcome);
    const missed = outcome.figures.filter(figure => !meetsGoal(figure));
    for (const figure of outcome.figures) {
      console.log(
        `${meetsGoal(figure) ? 'ok    ' : 'MISSED'} ${describeFigure(figure)}`,
      );
    }
    return missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function names(): string[] {
  return readdirSync(__dirname).filter(each =>
    existsSync(join(__dirname, each, 'benchmark.ts')),
  );
}

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    console.error(error);
    process.exitCode = 1;
  },
);
