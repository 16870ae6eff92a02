import { NotFoundError } from '@backstage/errors';
import { imageFactoryExecutorReadPermission } from '@image-factory/backstage-plugin-image-factory-common';
import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of executors. */
export function addExecutorRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { monitor, executor, running, checks, user } = options;

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
      // Who is held back, and why, is told with the readiness.
      items: observed.map(({ id, status: { blocked, ...status } }) => ({
        id,
        ...status,
        running: counts[id] ?? 0,
      })),
    });
  });

  router.get(
    '/v1/executors/:executorId/readiness',
    async (request, response) => {
      const credentials = await user(request);
      await checks.demand(
        imageFactoryExecutorReadPermission,
        'see what executors need',
        credentials,
      );
      const { executorId } = request.params;
      const found = executor(executorId);
      if (!found?.readiness) {
        throw new NotFoundError(
          found
            ? `The executor ${executorId} has no cluster whose readiness could be told. GET /v1/executors tells what it lacks.`
            : `There is no executor ${executorId}. GET /v1/executors has those that there are.`,
        );
      }
      const { refresh = false } = request.query;
      response.json(await found.readiness({ refresh }));
    },
  );
}
