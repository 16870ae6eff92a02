import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the bootstrap fetches and writes; ignored by git, safe to delete. */
export const TOOLS = join(ROOT, '.tools');
export const TOOLS_BIN = join(TOOLS, 'bin');
export const LOGS = join(TOOLS, 'logs');

/** A path as it is told to the user. */
export function shown(path) {
  return relative(process.cwd(), path) || '.';
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
