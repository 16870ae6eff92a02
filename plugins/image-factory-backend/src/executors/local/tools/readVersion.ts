import { coerce } from 'semver';

/** The version that a tool tells of itself, such as `1.28.2`. */
export function readVersion(output: string): string | undefined {
  return coerce(output)?.version;
}
