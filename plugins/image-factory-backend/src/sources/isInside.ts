import { relative, isAbsolute, sep } from 'node:path';

/** Tells whether a path is a directory or lies below it. Both are absolute and without symbolic links. */
export function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
