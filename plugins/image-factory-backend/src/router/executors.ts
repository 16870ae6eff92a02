import { imageFactoryExecutorReadPermission } from '@image-factory/backstage-plugin-image-factory-common';
import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of executors. */
export function addExecutorRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { monitor, running, checks, user } = options;

  router.get('/v1/executors', async (request, response) => {
    const credentials = await user(request);
    await checks.demand(
      imageFactoryExecutorReadPermission,
      'see the executors',
      credentials,
    );
    const [observed, counts] = await Promise.all([
      monitor.observe(),
      running(),
    ]);
    response.json({
      items: observed.map(({ id, status }) => ({
        id,
        ...status,
        running: counts[id] ?? 0,
      })),
    });
  });
}
