import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** The system's browser: CHROMIUM_PATH, else the first that the PATH knows. */
export function findChromium(): string {
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => NAMES.map(name => join(folder, name)));
  const found =
    process.env.CHROMIUM_PATH ?? candidates.find(path => isExecutable(path));
  if (!found) {
    throw new Error(
      'No Chromium is on the PATH. Next step: install it (Debian, Ubuntu: apt-get install -y chromium), or name one with CHROMIUM_PATH.',
    );
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
