import { ApiRouter, RouteOptions } from './createRouter';

/** The route that tells whether a build would be let through. */
export function addEligibilityRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, user } = options;

  router.get('/v1/build-eligibility', async (request, response) => {
    const credentials = await user(request);
    const { entityRef } = request.query;
    response.json(await builds.eligibility(entityRef, credentials));
  });
}
