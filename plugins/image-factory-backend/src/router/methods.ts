import { ExecutorStatus } from '@image-factory/backstage-plugin-image-factory-node';
import { ApiRouter, RouteOptions } from './createRouter';

/** Routes of build methods. */
export function addMethodRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { methods, monitor, user } = options;

  router.get('/v1/build-methods', async (request, response) => {
    await user(request);
    const observed = await monitor.observe();
    response.json({
      items: methods.list().map(method => ({
        id: method.id,
        title: method.title,
        description: method.description,
        inputs: method.inputs,
        executors: observed.map(({ id, status }) => {
          const said = status.methods.find(each => each.id === method.id);
          return {
            executor: id,
            ...availability(status, said),
            tool: said?.tool,
          };
        }),
      })),
    });
  });
}

/** An executor that cannot be used runs no method, whatever it says of each. */
function availability(
  status: ExecutorStatus,
  said: ExecutorStatus['methods'][number] | undefined,
): Pick<ExecutorStatus['methods'][number], 'available' | 'message' | 'hint'> {
  const isUsable = status.health !== 'unavailable';
  const { message, hint } = said && (isUsable || said.message) ? said : status;
  return { available: isUsable && (said?.available ?? false), message, hint };
}
