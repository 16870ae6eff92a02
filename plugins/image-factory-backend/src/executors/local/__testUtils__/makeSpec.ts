import {
  BuildConfig,
  ExecutionSpec,
} from '@image-factory/backstage-plugin-image-factory-node';

let specs = 0;

/** A spec of its own name each time. */
export function makeSpec(
  config: Partial<BuildConfig> & { path: string; root?: string },
): ExecutionSpec {
  specs += 1;
  const { path, root = 'test', ...rest } = config;
  const id = `${process.pid}${String(specs).padStart(4, '0')}`;
  return {
    name: `docker-${id}-1`,
    executionId: `execution-${id}`,
    buildId: `build-${id}`,
    attempt: 1,
    buildNumber: 1,
    requestedBy: 'user:default/guest',
    config: {
      entityRef: `component:default/${path}`,
      imageName: 'default',
      tenant: 'group:default/guests',
      method: 'docker',
      infrastructure: 'local',
      source: { type: 'directory', root, path },
      image: { reference: `${path}:3`, tags: [], delivery: 'export' },
      parameters: { 'dockerfile-path': 'Dockerfile', 'context-path': '.' },
      platforms: [],
      timeoutSeconds: 120,
      ...rest,
    },
  };
}
