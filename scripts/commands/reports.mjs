import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { writeReports } from '../gates/publishedPackages.mjs';

/** Writes the reports of the public API, of the tables and of unused dependencies. */
export async function run() {
  return writeReports(await bootstrap());
}
