import { explainWait } from '../builds';
import { ApiRouter, RouteOptions } from './createRouter';
import { refuseUnknownFields } from './refuseUnknownFields';

/** Routes of builds and of what belongs to one build. */
export function addBuildRoutes(router: ApiRouter, options: RouteOptions): void {
  const { service, moves, builds, executions, steps, queue, user } = options;

  router.post('/v1/builds', async (request, response) => {
    const credentials = await user(request);
    refuseUnknownFields(request.body);
    const build = await service.submit(request.body, credentials, {
      idempotencyKey: request.header('Idempotency-Key'),
    });
    response.status(201).json(build);
  });

  router.post('/v1/builds/preview', async (request, response) => {
    const credentials = await user(request);
    refuseUnknownFields(request.body);
    response.json(await service.preview(request.body, credentials));
  });

  router.get('/v1/builds', async (request, response) => {
    await user(request);
    response.json(await service.list(request.query));
  });

  router.get('/v1/builds/:buildId', async (request, response) => {
    await user(request);
    response.json(await service.get(request.params.buildId));
  });

  router.post('/v1/builds/:buildId/start', async (request, response) => {
    const credentials = await user(request);
    response.json(await moves.start(request.params.buildId, credentials));
  });

  router.post('/v1/builds/:buildId/retry', async (request, response) => {
    const credentials = await user(request);
    response.json(await moves.retry(request.params.buildId, credentials));
  });

  router.post('/v1/builds/:buildId/cancel', async (request, response) => {
    const credentials = await user(request);
    response.json(await moves.cancel(request.params.buildId, credentials));
  });

  router.post('/v1/builds/:buildId/rebuild', async (request, response) => {
    const credentials = await user(request);
    const build = await service.rebuild(
      request.params.buildId,
      request.body.mode,
      credentials,
    );
    response.status(201).json(build);
  });

  router.get('/v1/builds/:buildId/wait-reason', async (request, response) => {
    await user(request);
    const build = await service.get(request.params.buildId);
    response.json(await explainWait(build, queue, Date.now()));
  });

  router.get('/v1/builds/:buildId/executions', async (request, response) => {
    await user(request);
    const build = await service.get(request.params.buildId);
    response.json({ items: await executions.list(build.id) });
  });

  router.get('/v1/builds/:buildId/steps', async (request, response) => {
    await user(request);
    const build = await service.get(request.params.buildId);
    const attempt = request.query.attempt ?? build.attempt;
    response.json({ attempt, items: await steps.list(build.id, attempt) });
  });

  router.get('/v1/builds/:buildId/events', async (request, response) => {
    await user(request);
    const build = await service.get(request.params.buildId);
    response.json({ items: await builds.events(build.id) });
  });
}
