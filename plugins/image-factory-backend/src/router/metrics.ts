import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of what was measured. */
export function addMetricRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, metrics, user } = options;

  router.get('/v1/builds/:buildId/metrics', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    response.json({ items: await metrics.list(build.id) });
  });
}
