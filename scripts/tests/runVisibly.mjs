import { isStopping, startChild } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';

/** Runs a command whose output is what the user wants to see; gives its exit code. */
export async function runVisibly(command, args, environment) {
  const child = startChild(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', exitCode => resolve(exitCode ?? 1));
  });
  if (isStopping()) {
    throw new Problem('Stopped on request', 'run the command again');
  }
  return code;
}
