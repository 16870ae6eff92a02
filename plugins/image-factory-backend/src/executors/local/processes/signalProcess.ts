import { isError } from '@backstage/errors';
/** Signals a whole process group. One that is gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  signalProcess(-group, signal);
}

/** Signals a process. One that is gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = isError(error) ? error.code : '';
    // macOS answers EPERM for a group of which only unreaped members are left.
    if (code !== 'ESRCH' && code !== 'EPERM') {
      throw error;
    }
  }
}
