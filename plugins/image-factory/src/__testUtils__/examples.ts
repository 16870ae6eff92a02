import { ResponseError } from '@backstage/errors';
import {
  Build,
  BuildMethod,
  EligibilityReason,
  Execution,
  Executor,
  ExecutorReadiness,
  Step,
  Vulnerability,
} from '@image-factory/backstage-plugin-image-factory-common';

/** A queued build of hello-site, but for what is told. */
export function aBuild(change: Partial<Build> = {}): Build {
  return {
    id: 'build-1',
    number: 1,
    entityRef: 'component:default/hello-site',
    imageName: 'default',
    image: 'hello-site:1',
    tags: [],
    tenant: 'group:default/guests',
    method: 'docker',
    infrastructure: 'auto',
    status: 'queued',
    priority: 0,
    parameters: { 'dockerfile-path': 'Dockerfile' },
    source: { type: 'directory', location: 'examples/hello-site' },
    timeoutSeconds: 3600,
    createdBy: 'user:default/guest',
    createdAt: '2026-01-02T03:04:00.000Z',
    queuedAt: '2026-01-02T03:04:00.000Z',
    attempt: 0,
    maxAttempts: 3,
    ...change,
  };
}

/** A step that has not started, but for what is told. */
export function aStep(change: Partial<Step> & { name: string }): Step {
  return {
    id: `step-${change.name}`,
    ordinal: 1,
    status: 'pending',
    logBytes: 0,
    logLines: 0,
    ...change,
  };
}

/** A first attempt on a cluster that runs, but for what is told. */
export function anExecution(change: Partial<Execution> = {}): Execution {
  const attempt = change.attempt ?? 1;
  return {
    id: `execution-${attempt}`,
    attempt,
    executor: 'local',
    name: `docker-1f0c2a64-${attempt}`,
    status: 'running',
    startedAt: '2026-01-02T03:04:05.000Z',
    ...change,
  };
}

/** Something that a scan has found, but for what is told. */
export function aVulnerability(
  change: Partial<Vulnerability> = {},
): Vulnerability {
  return {
    id: 'CVE-2024-0001',
    severity: 'high',
    package: 'openssl',
    version: '3.0.1',
    stopsImage: false,
    ...change,
  };
}

/** The method docker with some of its inputs. */
export function aDockerMethod(): BuildMethod {
  return {
    id: 'docker',
    title: 'Dockerfile',
    description: 'Builds an image from a Dockerfile.',
    executors: [{ executor: 'local', available: true }],
    inputs: {
      type: 'object',
      additionalProperties: false,
      properties: {
        'dockerfile-path': { type: 'string', title: 'Dockerfile path' },
        'context-path': { type: 'string', title: 'Context path' },
        'build-args': {
          type: 'object',
          title: 'Build arguments',
          additionalProperties: { type: 'string' },
        },
        'no-cache': {
          type: 'boolean',
          title: 'Build without the cache',
          description: 'Carries out every instruction anew.',
        },
      },
    },
  };
}

/** A healthy machine with room, but for what is told. */
export function anExecutor(change: Partial<Executor> = {}): Executor {
  return {
    id: 'local',
    type: 'local',
    title: 'This machine',
    health: 'healthy',
    running: 0,
    maxRunning: 2,
    tools: [],
    methods: [{ id: 'docker', title: 'Dockerfile', available: true }],
    ...change,
  };
}

/** A cluster with its versions, but for what is told. */
export function aCluster(change: Partial<Executor> = {}): Executor {
  return anExecutor({
    id: 'eu-1',
    type: 'kubernetes',
    title: 'Europe',
    maxRunning: 100,
    tools: [
      { name: 'kubernetes', status: 'available', version: 'v1.31.4' },
      { name: 'tekton', status: 'available', version: 'v1.9.0' },
    ],
    ...change,
  });
}

/** A cluster that has all that builds need, and no tenant yet, but for what is told. */
export function aReadiness(
  change: Partial<ExecutorReadiness> = {},
): ExecutorReadiness {
  return {
    status: 'ready',
    checkedAt: '2026-01-02T03:04:00.000Z',
    findings: [
      {
        check: 'api',
        status: 'ready',
        message: 'The API server answers, with Kubernetes v1.31.4.',
      },
    ],
    namespaces: [],
    ...change,
  };
}

/** That the reader does not belong to the owner of hello-site. */
export function notAMember(): EligibilityReason {
  return {
    code: 'NOT_A_MEMBER',
    message:
      'Builds of component:default/hello-site are accounted to group:default/guests, and you do not belong to it. Ask one of its members to do it.',
  };
}

/** An answer of the backend that refuses, as the client hands it on. */
export async function aRefusal(
  statusCode: number,
  message: string,
): Promise<Error> {
  return ResponseError.fromResponse(
    Response.json(
      {
        error: { name: 'RefusedError', message },
        response: { statusCode },
      },
      { status: statusCode },
    ),
  );
}
