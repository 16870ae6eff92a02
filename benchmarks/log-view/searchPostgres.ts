import knexFactory from 'knex';
import { storeBuildIn } from '../../e2e/portal/storeBuild';
import {
  LogStore,
  StepStore,
} from '../../plugins/image-factory-backend/src/database';
import {
  LogReader,
  LogSearch,
} from '../../plugins/image-factory-backend/src/logs';
import { NEEDLE } from './hugeLog';

/** Searches the log in a PostgreSQL so many times, as the backend does; in milliseconds each. */
export async function searchPostgres(options: {
  connection: string;
  log: Buffer;
  blobDirectory: string;
  times: number;
}): Promise<number[]> {
  const { connection, log, blobDirectory, times } = options;
  const knex = knexFactory({ client: 'pg', connection });
  try {
    const buildId = await storeBuildIn(knex, {
      steps: [{ name: 'huge', log }],
      blobDirectory,
    });
    const steps = await StepStore.create({ knex }).list(buildId, 1);
    const search = LogSearch.create({
      reader: LogReader.create({ store: LogStore.create({ knex }) }),
      steady: () => performance.now(),
    });
    const took: number[] = [];
    for (let count = 0; count < times; count += 1) {
      const began = performance.now();
      const { items } = await search.search(
        { steps, text: NEEDLE, caseSensitive: false, limit: 100 },
        new AbortController().signal,
      );
      took.push(performance.now() - began);
      if (items.length !== 1) {
        throw new Error(`${items.length} lines were found instead of one`);
      }
    }
    return took;
  } finally {
    await knex.destroy();
  }
}
