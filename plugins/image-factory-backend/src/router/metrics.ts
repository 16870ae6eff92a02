import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of what was measured. */
export function addMetricRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { service, metrics, user } = options;

  router.get('/v1/builds/:buildId/metrics', async (request, response) => {
    await user(request);
    const build = await service.get(request.params.buildId);
    response.json({ items: await metrics.list(build.id) });
  });
}
