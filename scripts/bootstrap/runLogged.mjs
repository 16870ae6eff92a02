import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isStopping, startChild } from './children.mjs';
import { LOGS } from './paths.mjs';
import { Problem } from './problem.mjs';
import { duration, say } from './say.mjs';

const REMIND_EVERY_MS = 30_000;
const KEPT_CHARACTERS = 20_000;

/**
 * Runs a command whose output only matters when it fails: it goes to a log
 * file, and a line tells now and then that it is still at it.
 */
export async function runLogged(command, args, { name, env, cwd }) {
  mkdirSync(LOGS, { recursive: true });
  const logPath = join(LOGS, `${name}.log`);
  const log = createWriteStream(logPath);
  const started = Date.now();
  let output = '';
  const keep = chunk => {
    log.write(chunk);
    output = (output + chunk).slice(-KEPT_CHARACTERS);
  };
  const reminder = setInterval(
    () => say(`  still at it, ${duration(Date.now() - started)} so far`),
    REMIND_EVERY_MS,
  );
  try {
    const child = startChild(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const code = await new Promise(resolve => {
      child.once('error', error => {
        keep(`${error.message}\n`);
        resolve(127);
      });
      child.once('close', exitCode => resolve(exitCode ?? 1));
    });
    if (isStopping()) {
      throw new Problem('Stopped on request', 'run the command again');
    }
    return { code, output, logPath, took: Date.now() - started };
  } finally {
    clearInterval(reminder);
    log.end();
  }
}
