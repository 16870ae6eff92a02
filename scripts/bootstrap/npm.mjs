import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';

const execute = promisify(execFile);

/** All settings as npm itself resolves them from environment and npmrc files. */
export async function npmSettings() {
  try {
    const { stdout } = await execute(
      'npm',
      ['config', 'list', '--json', '--workspaces=false'],
      { cwd: ROOT },
    );
    return JSON.parse(stdout);
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new Problem(
        'npm is not on the PATH',
        'install npm (it comes with Node from https://nodejs.org), then run this again',
      );
    }
    throw error;
  }
}
