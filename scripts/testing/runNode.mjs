import { spawn } from 'node:child_process';

/** Runs this Node as a real process and gives what it printed and how it ended. */
export function runNode(args, { cwd, env } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = chunk => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise(resolve => {
    child.once('close', code => resolve({ code, output }));
  });
}
