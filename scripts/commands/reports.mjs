import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { writeReports } from '../gates/publishedPackages.mjs';

export const help = `npm run reports

Writes the reports of the public API, of the tables and of unused dependencies.
`;

export const accepts = {};

/** Writes the reports of the public API, of the tables and of unused dependencies. */
export async function run() {
  return writeReports(await bootstrap());
}
