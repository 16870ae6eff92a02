import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT, TOOLS } from './paths.mjs';

const NOT_SOURCES = new Set(['node_modules', 'dist', 'dist-types', 'coverage']);

/** One hash over the names and contents of files and folders. */
export function hashOf(paths, ...more) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(listFiles).sort()) {
    hash.update(`${relative(ROOT, file)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  more.forEach(value => hash.update(`${value}\0`));
  return hash.digest('hex');
}

function listFiles(path) {
  if (!existsSync(path)) {
    return [];
  }
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path)
    .filter(name => !NOT_SOURCES.has(name))
    .flatMap(name => listFiles(join(path, name)));
}

/** Remembers which inputs a long step was last done for. */
export function stamp(name) {
  const path = join(TOOLS, 'stamps', name);
  return {
    is: value => existsSync(path) && readFileSync(path, 'utf8') === value,
    set: value => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, value);
    },
  };
}
