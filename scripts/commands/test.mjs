import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { say } from '../bootstrap/say.mjs';
import { findEngines } from '../tests/engines.mjs';
import { summarize } from '../tests/summary.mjs';
import { unitTests } from '../tests/unitTests.mjs';

export const help = `npm test [-- pattern and options of Jest]

Tests what this machine can; a pattern limits it to the test files that match.
`;

/** `npm test`: everything that this machine can test. A pattern limits it to Jest tests. */
export async function run(argv) {
  const started = Date.now();
  const tools = await bootstrap();
  const { results, postgres } = await unitTests(tools, argv);
  const summary = summarize({
    results,
    engines: await findEngines(postgres),
    started,
  });
  say(
    '`npm run test:engines` adds the browser journeys and demands every engine',
  );
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}
