import { duration } from '../bootstrap/say.mjs';

/** One summary over all runners; its last line alone tells how it went. */
export function summarize({ results, engines, started }) {
  const sum = key => results.reduce((total, each) => total + each[key], 0);
  const problems = results.flatMap(({ problem }) => problem ?? []);
  const totals = {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
  };
  if (totals.passed + totals.failed === 0) {
    problems.push('No test ran at all');
    totals.failed += 1;
  }
  const lines = [
    '',
    `Summary (${duration(Date.now() - started)})`,
    ...results.map(result => `  ${result.name}: ${counts(result)}`),
    ...engineLines(engines),
    ...leftOutLines(results),
    ...unsteadyLines(results),
    ...problems.map(problem => `  ! ${problem}`),
    '',
    counts(totals),
  ];
  return { text: lines.join('\n'), ...totals };
}

function counts({ passed, failed, skipped }) {
  const base = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${base}, ${skipped} skipped` : base;
}

function engineLines(engines = {}) {
  const entries = Object.entries(engines);
  const here = entries.filter(([, version]) => version);
  const lacking = entries.filter(([, version]) => !version);
  return [
    ...(here.length > 0
      ? [`  Ran with: ${here.map(entry => entry.join(' ')).join(', ')}`]
      : []),
    ...(lacking.length > 0
      ? [`  Not on this machine: ${lacking.map(([name]) => name).join(', ')}`]
      : []),
  ];
}

/** Tests that need an engine are titled `<engine> is missing: …` where it is. */
function leftOutLines(results) {
  const titles = results.flatMap(({ leftOut }) => leftOut ?? []);
  const byReason = new Map();
  for (const title of titles) {
    const reason = /^(.+ is missing): /.exec(title)?.[1] ?? title;
    byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  }
  return [...byReason].map(
    ([reason, count]) => `  Left out: ${count} tests (${reason})`,
  );
}

/** Nothing is wrong with them that shows when they run alone, but somebody should know. */
function unsteadyLines(results) {
  return results
    .flatMap(({ unsteady }) => unsteady ?? [])
    .map(title => `  Failed at first, passed when run once more: ${title}`);
}
