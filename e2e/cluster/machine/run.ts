import { spawn } from 'node:child_process';
import { Problem } from '../Problem';

const SHOWN_LINES = 15;

export type RunOptions = {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What the command reads. */
  input?: string | Buffer;
  /** What to do where it fails; the command's own words are shown either way. */
  nextStep?: string;
  signal?: AbortSignal;
};

/** How a command has ended. */
export type Ended = { code: number; stdout: string; stderr: string };

/** Runs a command to its end, whatever that is; the environment is added to that of this process. */
export async function tryToRun(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk;
  });
  // It may end without having read all.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const code = await new Promise<number>(resolve => {
    child.once('error', error => {
      stderr += error.message;
      resolve(127);
    });
    child.once('close', exitCode => resolve(exitCode ?? 1));
  });
  return { code, stdout, stderr };
}

/** Runs a command and gives what it printed; a failure is a {@link Problem} with its last lines. */
export async function run(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryToRun(command, args, options);
  if (code !== 0) {
    throw new Problem(
      `'${[command, ...args].join(' ').slice(0, 300)}' has ended with ${code}`,
      options.nextStep ?? 'read what it has printed, below',
      lastLines(stderr || stdout),
    );
  }
  return stdout;
}

/** The end of a text, as much as one reads. */
export function lastLines(text: string, count = SHOWN_LINES): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
