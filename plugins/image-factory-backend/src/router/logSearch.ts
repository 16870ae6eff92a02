import { InputError } from '@backstage/errors';
import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf, findStep } from './logSteps';

const DEFAULT_LIMIT = 20;
const LONGEST_QUERY = 200;

/** The route by which a log is searched. */
export function addLogSearchRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, steps, search, user } = options;

  router.get('/v1/builds/:buildId/logs/search', async (request, response) => {
    const credentials = await user(request);
    const { query: text, step, caseSensitive, cursor, limit } = request.query;
    checkText(text);
    const build = await builds.get(request.params.buildId, credentials);
    const attempt = attemptOf(build, request.query.attempt);
    const all = await steps.list(build.id, attempt);

    const closed = new AbortController();
    response.on('close', () => closed.abort());
    // They may have left while the build was looked up, and then no event tells it.
    if (response.closed) return;
    const result = await search.search(
      {
        steps: step === undefined ? all : [findStep(all, step, attempt)],
        text,
        caseSensitive: caseSensitive ?? false,
        cursor,
        limit: limit ?? DEFAULT_LIMIT,
      },
      closed.signal,
    );
    if (!closed.signal.aborted) response.json(result);
  });
}

/** @throws InputError where no line can hold the text */
function checkText(text: string): void {
  if (text.length > LONGEST_QUERY) {
    throw new InputError(
      `The text to search for has ${text.length} characters. Search for at most ${LONGEST_QUERY} of them.`,
    );
  }
  if (/[^\P{Cc}\t\r\n]/u.test(text)) {
    throw new InputError(
      'The text to search for has a control character, which no line of a log shows. Leave it out.',
    );
  }
  if (/[\r\n]/.test(text)) {
    throw new InputError(
      'The text to search for has a line end, and a log is searched line by line. Search for one of its lines.',
    );
  }
}
