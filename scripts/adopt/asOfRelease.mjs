import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';

const execute = promisify(execFile);

/** Mirrors get the packages of a release some days apart; the next release is weeks away. */
const DAYS_TO_SPREAD = 7;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The environment in which Yarn takes only what was published when this
 * version of create-app was the newest, and the day that this ends.
 *
 * The ranges of its template reach into later releases of Backstage, and their
 * packages do not start together with those that the ranges keep back: a
 * backend plugin asks for what only the next `backend-defaults` has. Whoever
 * made a portal with that create-app got the packages of one release.
 */
export async function asOfRelease(createApp, now = Date.now()) {
  const until = (await publishedAt(createApp)) + DAYS_TO_SPREAD * DAY_MS;
  const age = Math.max(0, Math.floor((now - until) / MINUTE_MS));
  return {
    day: new Date(until).toISOString().slice(0, 10),
    environment: {
      YARN_NPM_MINIMAL_AGE_GATE: `${age}m`,
      // The template lets Backstage's own packages pass however young they are.
      YARN_NPM_PREAPPROVED_PACKAGES: '',
    },
  };
}

async function publishedAt(createApp) {
  const at = createApp.lastIndexOf('@');
  const [name, version] = [createApp.slice(0, at), createApp.slice(at + 1)];
  const { stdout } = await execute(
    'npm',
    ['view', name, 'time', '--json', '--workspaces=false'],
    { cwd: ROOT },
  );
  const time = Date.parse(JSON.parse(stdout || '{}')[version]);
  if (Number.isNaN(time)) {
    throw new Problem(
      `The package registry does not tell when ${createApp} was published, so that a portal of its release cannot be made`,
      'set npm up for a registry whose `npm view <package> time` answers',
    );
  }
  return time;
}
