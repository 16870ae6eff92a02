import { execFileSync } from 'node:child_process';

/** The processes that one has started itself and that live. */
export function childrenOf(pid: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], {
    encoding: 'utf8',
  })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, parent, state]) => Number(parent) === pid && state[0] !== 'Z')
    .map(([child]) => Number(child));
}
