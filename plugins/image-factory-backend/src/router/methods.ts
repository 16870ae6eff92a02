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
            available: said?.available ?? false,
            tool: said?.tool,
            message: said ? said.message : status.message,
            hint: said ? said.hint : status.hint,
          };
        }),
      })),
    });
  });
}
