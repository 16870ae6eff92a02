import { isError } from '@backstage/errors';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ToolAnswer } from './detectedTool';

/** Runs a tool for its answer, and not longer than told. */
export async function askTool(
  path: string,
  args: string[],
  options: { environment: Record<string, string>; milliseconds: number },
): Promise<ToolAnswer> {
  const { environment, milliseconds } = options;
  try {
    const { stdout } = await promisify(execFile)(path, args, {
      env: { ...environment, LANG: 'C.UTF-8' },
      timeout: milliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: 8 * 1024 * 1024,
    });
    return { ok: true, output: stdout };
  } catch (error) {
    return { ok: false, message: inWords(error, milliseconds) };
  }
}

function inWords(error: unknown, milliseconds: number): string {
  if (!isError(error)) {
    return String(error);
  }
  if ('killed' in error && error.killed) {
    return `it did not answer within ${milliseconds / 1000} s`;
  }
  const told =
    'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const lines = told.split('\n').filter(line => line.trim() !== '');
  return (lines.at(-1) ?? error.message).trim().slice(0, 500);
}
