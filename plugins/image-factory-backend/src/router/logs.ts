import { InputError } from '@backstage/errors';
import {
  Build,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Response } from 'express';
import { Readable } from 'node:stream';
import { LogReader, readStepLog } from '../logs';
import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf, findStep, readStart } from './logSteps';
import { sendStream } from './sendStream';

const DEFAULT_RANGE_BYTES = 256 * 1024;

/** Routes of logs: ranges as JSON, the whole as text. */
export function addLogRoutes(router: ApiRouter, options: RouteOptions): void {
  const { builds, steps, logs, user, userOrCookie } = options;

  router.get('/v1/builds/:buildId/logs', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    const attempt = attemptOf(build, request.query.attempt);
    const all = await steps.list(build.id, attempt);
    const name = request.query.step;
    const step = name === undefined ? undefined : findStep(all, name, attempt);

    if (request.accepts(['json', 'text']) === 'text') {
      await sendText(step ? [step] : all, { build, attempt, logs, response });
      return;
    }
    if (!step) {
      throw new InputError(
        `A range of a log is of one step. Name it with ?step=, or ask for text/plain to get the log of all steps.`,
      );
    }
    const { offset, line, maxBytes, maxLines } = request.query;
    response.json(
      await readStepLog(logs, step, {
        attempt,
        from: readStart(step, { offset, line }),
        maxBytes: maxBytes ?? DEFAULT_RANGE_BYTES,
        maxLines,
      }),
    );
  });

  router.get('/v1/builds/:buildId/logs/download', async (request, response) => {
    const credentials = await userOrCookie(request);
    const build = await builds.get(request.params.buildId, credentials);
    const attempt = attemptOf(build, request.query.attempt);
    const all = await steps.list(build.id, attempt);
    await sendText(all, { build, attempt, logs, response });
  });
}

async function sendText(
  steps: Step[],
  options: {
    build: Build;
    attempt: number;
    logs: LogReader;
    response: Response;
  },
): Promise<void> {
  const { build, attempt, logs, response } = options;
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // A permission may go, and a log grow.
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader(
    'Content-Disposition',
    `attachment; filename="${logFileName(build, attempt)}"`,
  );
  await sendStream(
    Readable.from(wholeLog(steps, logs, abort.signal)),
    response,
  );
}

function logFileName(build: Build, attempt: number): string {
  const name = build.entityRef
    .split('/')
    .pop()!
    .replace(/[^\w.-]/g, '_');
  return `${name}-${build.number}-attempt-${attempt}.log`;
}

async function* wholeLog(
  steps: Step[],
  logs: LogReader,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  for (const step of steps) {
    if (step.logBytes === 0) continue;
    yield Buffer.from(`==> ${step.name} (${step.status})\n`);
    let last = 10;
    for await (const bytes of logs.bytes(step.id, signal)) {
      last = bytes[bytes.length - 1];
      yield bytes;
    }
    if (last !== 10) yield Buffer.from('\n');
  }
}
