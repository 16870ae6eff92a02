import {
  AuditorService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { Executor } from '@image-factory/backstage-plugin-image-factory-node';
import { Router } from 'express';
import { BlobStore } from '../blobs';
import { AuthorizedBuilds, PermissionChecks, UserCredentials } from '../builds';
import { LinkTemplate } from '../clusters';
import {
  ArtifactStore,
  BuildStore,
  ClusterEventStore,
  ExecutionStore,
  MetricStore,
  QueueStore,
  StepStore,
} from '../database';
import { ExecutorMonitor } from '../dispatcher';
import { LogFollower, LogReader, LogSearch } from '../logs';
import { MethodRegistry } from '../methods';
import { createOpenApiRouter } from '../schema/openapi';
import { addArtifactRoutes } from './artifacts';
import { addClusterEventRoute } from './clusterEvents';
import { addBuildRoutes } from './builds';
import { addEligibilityRoute } from './eligibility';
import { addExecutorRoutes } from './executors';
import { explainDatabase } from './explainDatabase';
import { explainValidation } from './explainValidation';
import { jsonBody } from './jsonBody';
import { OpenStreams } from './OpenStreams';
import { addLogSearchRoute } from './logSearch';
import { addLogStreamRoute } from './logStream';
import { addLogRoutes } from './logs';
import { addMethodRoutes } from './methods';
import { addMetricRoutes } from './metrics';
import { addReproductionRoute } from './reproduction';
import { addVulnerabilityRoute } from './vulnerabilities';

/** What the routes stand on. */
export type RouterOptions = {
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  logger: LoggerService;
  /** The one way to a build; what belongs to it is read below by the id of the build that this gave. */
  builds: AuthorizedBuilds;
  checks: PermissionChecks;
  history: Pick<BuildStore, 'events' | 'inputs'>;
  executions: ExecutionStore;
  steps: StepStore;
  clusterEvents: ClusterEventStore;
  queue: QueueStore;
  artifacts: ArtifactStore;
  metrics: MetricStore;
  logs: LogReader;
  follower: LogFollower;
  search: LogSearch;
  streams: OpenStreams;
  blobs: BlobStore;
  methods: MethodRegistry;
  monitor: ExecutorMonitor;
  /** By its id. */
  executor: (id: string) => Executor | undefined;
  /** The links to other tools that an executor has, by its id. */
  linksOf: (executor: string) => LinkTemplate[];
  /** How many executions each executor has, by its id. */
  running: () => Promise<Record<string, number>>;
};

/** The router, typed by the OpenAPI document. */
export type ApiRouter = Awaited<ReturnType<typeof createOpenApiRouter>>;

type Request = Parameters<HttpAuthService['credentials']>[0];

/** What a resource's routes get: everything, and a check of who asks. */
export type RouteOptions = RouterOptions & {
  /** @throws AuthenticationError for anyone but a signed-in user */
  user: (request: Request) => Promise<UserCredentials>;
  /** As `user`; admits also the cookie by which a browser saves a file. */
  userOrCookie: (request: Request) => Promise<UserCredentials>;
};

/** Paths that a browser opens by itself, where it can send a cookie only. */
export const COOKIE_PATHS = [
  '/v1/builds/:buildId/artifacts/:artifactId/download',
  '/v1/builds/:buildId/logs/download',
];

/** The API of the plugin: one file a resource. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const { httpAuth } = options;
  const router = await createOpenApiRouter({ middleware: [jsonBody()] });
  const routes: RouteOptions = {
    ...options,
    user: request => httpAuth.credentials(request, { allow: ['user'] }),
    userOrCookie: request =>
      httpAuth.credentials(request, {
        allow: ['user'],
        allowLimitedAccess: true,
      }),
  };
  addBuildRoutes(router, routes);
  addEligibilityRoute(router, routes);
  addLogRoutes(router, routes);
  addLogStreamRoute(router, routes);
  addLogSearchRoute(router, routes);
  addArtifactRoutes(router, routes);
  addClusterEventRoute(router, routes);
  addMetricRoutes(router, routes);
  addReproductionRoute(router, routes);
  addVulnerabilityRoute(router, routes);
  addMethodRoutes(router, routes);
  addExecutorRoutes(router, routes);

  const explained = Router();
  explained.use(router, explainValidation(), explainDatabase(options.logger));
  return explained;
}
