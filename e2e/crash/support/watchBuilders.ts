import { realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { livingRuns } from './leftovers';

const LOOK_EVERY_MS = 50;

/** What was seen of the processes of builds. */
export type Builders = {
  /** The most runs that had processes at one time. */
  most: number;
  /** Runs of one build that had processes at one time. */
  doubled: string[];
  /** How many runs had processes at any time. */
  runs: number;
};

/** Looks all the time at the processes that build for portals, whatever their database says of them. */
export function watchBuilders(dataDirectory: string) {
  const directory = realpathSync(dataDirectory);
  const seen = new Set<string>();
  const doubled = new Set<string>();
  let most = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const living = [...livingRuns(directory)];
      living.forEach(run => seen.add(run));
      most = Math.max(most, living.length);
      const builds = living.map(buildOf);
      living
        .filter((_, index) => builds.indexOf(builds[index]) !== index)
        .forEach(run => doubled.add(run));
      await delay(LOOK_EVERY_MS);
    }
  })();
  return {
    async stop(): Promise<Builders> {
      over = true;
      await watching;
      return { most, doubled: [...doubled], runs: seen.size };
    },
  };
}

/** A run is called by its method, its build and the number of its attempt. */
function buildOf(run: string): string {
  return run.replace(/-\d+$/, '');
}
