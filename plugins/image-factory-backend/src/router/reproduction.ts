import { reproduceBuild } from '../builds';
import { ApiRouter, RouteOptions } from './createRouter';

/** The route that tells how to build the same elsewhere. */
export function addReproductionRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, history, artifacts, methods, user } = options;

  router.get('/v1/builds/:buildId/reproduction', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    response.json(
      await reproduceBuild(build, { builds: history, artifacts, methods }),
    );
  });
}
