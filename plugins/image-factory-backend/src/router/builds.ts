import { explainWait } from '../builds';
import { audited } from './audit';
import { withRunLinks, withStepLinks } from './clusterLinks';
import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf } from './logSteps';
import { refuseUnknownFields } from './refuseUnknownFields';

/** Routes of builds and of what belongs to one build. */
export function addBuildRoutes(router: ApiRouter, options: RouteOptions): void {
  const {
    builds,
    history,
    executions,
    steps,
    queue,
    monitor,
    linksOf,
    auditor,
    user,
  } = options;

  router.post('/v1/builds', async (request, response) => {
    const credentials = await user(request);
    refuseUnknownFields(request.body);
    const build = await audited(
      auditor,
      {
        eventId: 'build-submit',
        request,
        meta: { entityRef: request.body.entityRef },
      },
      () =>
        builds.submit(request.body, credentials, {
          idempotencyKey: request.header('Idempotency-Key'),
        }),
    );
    response.status(201).json(build);
  });

  router.post('/v1/builds/preview', async (request, response) => {
    const credentials = await user(request);
    refuseUnknownFields(request.body);
    response.json(await builds.preview(request.body, credentials));
  });

  router.get('/v1/builds', async (request, response) => {
    const credentials = await user(request);
    response.json(await builds.list(request.query, credentials));
  });

  router.get('/v1/builds/:buildId', async (request, response) => {
    const credentials = await user(request);
    response.json(await builds.get(request.params.buildId, credentials));
  });

  router.post('/v1/builds/:buildId/start', async (request, response) => {
    const credentials = await user(request);
    const { buildId } = request.params;
    const build = await audited(
      auditor,
      { eventId: 'build-start', request, meta: { buildId } },
      () => builds.start(buildId, credentials),
    );
    response.json(build);
  });

  router.post('/v1/builds/:buildId/retry', async (request, response) => {
    const credentials = await user(request);
    const { buildId } = request.params;
    const build = await audited(
      auditor,
      { eventId: 'build-retry', request, meta: { buildId } },
      () => builds.retry(buildId, credentials),
    );
    response.json(build);
  });

  router.post('/v1/builds/:buildId/cancel', async (request, response) => {
    const credentials = await user(request);
    const { buildId } = request.params;
    const build = await audited(
      auditor,
      { eventId: 'build-cancel', request, meta: { buildId } },
      () => builds.cancel(buildId, credentials),
    );
    response.json(build);
  });

  router.post('/v1/builds/:buildId/rebuild', async (request, response) => {
    const credentials = await user(request);
    const { buildId } = request.params;
    const { mode } = request.body;
    const build = await audited(
      auditor,
      {
        eventId: 'build-rebuild',
        request,
        meta: { rebuildOf: buildId, mode },
      },
      () =>
        builds.rebuild(buildId, mode, credentials, {
          idempotencyKey: request.header('Idempotency-Key'),
        }),
    );
    response.status(201).json(build);
  });

  router.get('/v1/builds/:buildId/wait-reason', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    response.json(
      await explainWait({
        build,
        queue,
        now: Date.now(),
        titleOf: executor => monitor.titleOf(executor),
      }),
    );
  });

  router.get('/v1/builds/:buildId/executions', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    const items = await executions.list(build.id);
    response.json({
      items: items.map(each => withRunLinks(each, linksOf(each.executor))),
    });
  });

  router.get('/v1/builds/:buildId/steps', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    const attempt = attemptOf(build, request.query.attempt);
    const items = await steps.list(build.id, attempt);
    // What runs on no cluster has no pod to link to.
    if (!items.some(({ pod }) => pod)) {
      response.json({ attempt, items });
      return;
    }
    const execution = (await executions.list(build.id)).find(
      each => each.attempt === attempt,
    );
    const links = execution ? linksOf(execution.executor) : [];
    response.json({ attempt, items: withStepLinks(items, execution, links) });
  });

  router.get('/v1/builds/:buildId/events', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    response.json({ items: await history.events(build.id) });
  });
}
