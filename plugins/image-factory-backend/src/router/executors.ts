import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of executors. */
export function addExecutorRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { monitor, running, user } = options;

  router.get('/v1/executors', async (request, response) => {
    await user(request);
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
