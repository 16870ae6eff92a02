import { NotFoundError } from '@backstage/errors';
import {
  Build,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { vulnerabilityListKey } from '../blobs';
import { CHECK_KINDS } from '../checks';
import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf } from './logSteps';
import { sendStream } from './sendStream';

/** The route of what the scan of an image has found. */
export function addVulnerabilityRoute(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, executions, steps, blobs, user } = options;

  router.get(
    '/v1/builds/:buildId/vulnerabilities',
    async (request, response) => {
      const credentials = await user(request);
      const build = await builds.get(request.params.buildId, credentials);
      const attempt = attemptOf(build, request.query.attempt);
      const execution = (await executions.list(build.id)).find(
        each => each.attempt === attempt,
      );
      // Put together and cut when the scan ended, so that no request has to read its reports.
      const list =
        execution &&
        (await blobs.open(
          vulnerabilityListKey({
            buildId: build.id,
            executionId: execution.id,
          }),
        ));
      if (!list) {
        throw new NotFoundError(
          whyNone(build, attempt, await steps.list(build.id, attempt)),
        );
      }
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.setHeader('Content-Length', list.sizeBytes);
      response.setHeader('Cache-Control', 'private, no-transform');
      await sendStream(list.stream, response);
    },
  );
}

function whyNone(build: Build, attempt: number, steps: Step[]): string {
  const image = `The image of build #${build.number}, attempt ${attempt},`;
  const { step: name } = CHECK_KINDS.scan;
  const scan = steps.find(step => step.name === name);
  if (steps.length === 0) {
    return `${image} is not built yet. Ask again when it is.`;
  }
  if (!scan) {
    return `${image} was not scanned. The portal admin has images scanned by imageFactory.checks.`;
  }
  switch (scan.status) {
    case 'pending':
    case 'running':
      return `${image} is not scanned yet. Ask again when the step ${name} is over.`;
    case 'failed':
      return `${image} could not be scanned${
        scan.reason ? `: ${scan.reason.replace(/\.$/, '')}` : ''
      }. The log of the step ${name} tells more.`;
    case 'completed':
      return `What the scan of build #${build.number} has found is gone from the blob store, or could not be kept. The log of the step ${name} has it.`;
    default:
      return `${image} was not scanned: the build ended before.`;
  }
}
