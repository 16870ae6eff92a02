import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { duration, say } from '../bootstrap/say.mjs';
import { GATES } from '../gates/gates.mjs';
import { summarize } from '../tests/summary.mjs';
import { testWithEveryEngine } from '../tests/testWithEveryEngine.mjs';

export const help = `.ci/run

Runs every static gate, then every test.
`;

export const accepts = {};

/** All that has to hold before a change is taken: the static gates, then every test. */
export async function run() {
  const started = Date.now();
  const times = [];
  const timed = async (name, work) => {
    const from = Date.now();
    console.log(`\n=== ${name}`);
    try {
      return await work();
    } finally {
      times.push(`${name} ${duration(Date.now() - from)}`);
    }
  };

  const tools = await timed('bootstrap', bootstrap);
  const results = [];
  for (const { name, run: check } of GATES) {
    const code = await timed(name, () => check(tools));
    results.push(gateResult(name, code));
  }
  const tests = await timed('test:engines', () => testOrExplain(tools));
  const summary = summarize({
    results: [...results, ...tests.results],
    engines: tests.engines,
    started,
  });
  say(`Stages: ${times.join(', ')}`);
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}

function gateResult(name, code) {
  const passes = code === 0;
  return {
    name: `gate ${name}`,
    passed: passes ? 1 : 0,
    failed: passes ? 0 : 1,
    skipped: 0,
    problem: passes ? undefined : `The gate ${name} failed (exit code ${code})`,
  };
}

/** Tests that cannot even start are one failure among the gates' results. */
async function testOrExplain(tools) {
  try {
    return await testWithEveryEngine(tools);
  } catch (error) {
    const problem = error instanceof Problem ? error.message : error.stack;
    return {
      results: [{ name: 'tests', passed: 0, failed: 1, skipped: 0, problem }],
    };
  }
}
