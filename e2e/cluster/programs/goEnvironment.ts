import { delimiter } from 'node:path';

/** Where Go's own installation goes, which a bare PATH leaves out. */
const STANDARD_FOLDER = '/usr/local/go/bin';

/** The environment in which the command `go` is found: that of the PATH first. */
export function goEnvironment(): { PATH: string } {
  return {
    PATH: [process.env.PATH, STANDARD_FOLDER].filter(Boolean).join(delimiter),
  };
}
