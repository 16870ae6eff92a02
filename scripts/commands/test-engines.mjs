import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { summarize } from '../tests/summary.mjs';
import { testWithEveryEngine } from '../tests/testWithEveryEngine.mjs';

export const help = `npm run test:engines

Runs every test, the browser's journeys too, and fails for each engine that is missing.
`;

export const accepts = {};

/** `npm run test:engines`: every test, and a failure for each engine that is missing. */
export async function run() {
  const started = Date.now();
  const tools = await bootstrap();
  const { results, engines } = await testWithEveryEngine(tools);
  const summary = summarize({ results, engines, started });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}
