import { spawn } from 'node:child_process';
import { bootstrap } from '../bootstrap/bootstrap.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command of the repository with its Node and Yarn: `exec tsc --noEmit`. */
export async function run([command, ...args]) {
  const { environment } = await bootstrap();
  return execute(command, args, environment);
}

/** In this terminal's group, so that it may read keys and gets its own Ctrl-C. */
export function execute(command, args, environment) {
  // This one child is waited for and ends by itself: the other commands' handling goes.
  SIGNALS.forEach(signal => process.removeAllListeners(signal));
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}
