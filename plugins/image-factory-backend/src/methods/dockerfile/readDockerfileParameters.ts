import { JsonObject, JsonValue } from '@backstage/types';
import { posix } from 'node:path';

const DEFAULT_DOCKERFILE = 'Dockerfile';

/** What the methods that build from a Dockerfile are told, read and with paths normalised. */
export type DockerfileParameters = {
  /** Relative to the source. */
  dockerfile: string;
  /** Relative to the source; `.` for its root. */
  context: string;
  target: string | undefined;
  buildArgs: [string, string][];
  labels: [string, string][];
  /** Whether every instruction is carried out anew. */
  noCache: boolean;
};

/**
 * Reads parameters that the method's schema has found valid.
 *
 * A bare `Dockerfile` is the one in the context, any other path starts at the
 * root of the source: what `docker build <context>` and `docker build -f <path>
 * <context>` do when run there. The two cannot meet, since the root's own
 * Dockerfile would lie outside every other context.
 */
export function readDockerfileParameters(
  parameters: JsonObject,
): DockerfileParameters {
  const context = normalise(text(parameters['context-path']) ?? '.');
  const path = normalise(
    text(parameters['dockerfile-path']) ?? DEFAULT_DOCKERFILE,
  );
  return {
    context,
    dockerfile: path === DEFAULT_DOCKERFILE ? posix.join(context, path) : path,
    target: text(parameters.target),
    buildArgs: entries(parameters['build-args']),
    labels: entries(parameters.labels),
    noCache: parameters['no-cache'] === true,
  };
}

function normalise(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/')
    ? normal.slice(0, -1)
    : normal;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function entries(value: JsonValue | undefined): [string, string][] {
  return value && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).map(([key, item]) => [key, String(item ?? '')])
    : [];
}
