import { InputError } from '@backstage/errors';
import { ApiRouter, RouteOptions } from './createRouter';
import { EventStream } from './EventStream';
import { checkOffset } from './logSteps';

/** The route by which a log is followed while it grows. */
export function addLogStreamRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, steps, follower, streams, user } = options;

  router.get('/v1/builds/:buildId/logs/stream', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    const { step: name } = request.query;
    // A build that has not run yet is followed into its first attempt.
    const attempt = request.query.attempt ?? Math.max(1, build.attempt);
    const offset =
      request.query.offset ?? readEventId(request.header('last-event-id'));
    const step = await steps.find(build.id, attempt, name);
    checkOffset(step ?? { name, logBytes: 0 }, offset);

    const open = streams.open({
      user: credentials.principal.userEntityRef,
      expiresAt: credentials.expiresAt,
      now: () => new Date(),
    });
    const events = EventStream.open(response);
    const signal = AbortSignal.any([open.signal, events.signal]);
    try {
      for await (const range of follower.follow({
        buildId: build.id,
        attempt,
        step: name,
        offset,
        signal,
      })) {
        await events.send(
          { type: 'log', id: range.nextOffset, data: range },
          signal,
        );
      }
      if (!signal.aborted) await events.send({ type: 'end', data: {} }, signal);
      events.end();
    } catch (error) {
      // Half an answer cannot become an error; whoever reads goes on from the last range.
      response.destroy();
      throw error;
    } finally {
      open.close();
    }
  });
}

function readEventId(id: string | undefined): number {
  if (id === undefined || id === '') return 0;
  if (!/^\d{1,15}$/.test(id)) {
    throw new InputError(
      `The header Last-Event-ID is ${JSON.stringify(
        id,
      )}, but ids of events are offsets. Send the id of the last event, or none.`,
    );
  }
  return Number(id);
}
