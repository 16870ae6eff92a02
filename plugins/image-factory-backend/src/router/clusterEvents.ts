import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf } from './logSteps';

/** The route of what a cluster has told of a build. */
export function addClusterEventRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, clusterEvents, user } = options;

  router.get(
    '/v1/builds/:buildId/cluster-events',
    async (request, response) => {
      const credentials = await user(request);
      const build = await builds.get(request.params.buildId, credentials);
      const attempt = attemptOf(build, request.query.attempt);
      const stored = await clusterEvents.list(build.id, attempt);
      response.json({ attempt, ...stored });
    },
  );
}
