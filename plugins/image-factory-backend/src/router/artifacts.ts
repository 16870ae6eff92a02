import { NotFoundError } from '@backstage/errors';
import { StoredArtifact } from '../database';
import { ApiRouter, RouteOptions } from './createRouter';
import { attemptOf } from './logSteps';
import { parseRange } from './parseRange';
import { sendStream } from './sendStream';

/** Routes of artifacts and their bytes. */
export function addArtifactRoutes(
  router: ApiRouter,
  options: RouteOptions,
): void {
  const { builds, artifacts, blobs, user, userOrCookie } = options;

  router.get('/v1/builds/:buildId/artifacts', async (request, response) => {
    const credentials = await user(request);
    const build = await builds.get(request.params.buildId, credentials);
    const attempt = attemptOf(build, request.query.attempt);
    const stored = await artifacts.list(build.id, attempt);
    response.json({ items: stored.map(withoutBlobKey) });
  });

  router.get(
    '/v1/builds/:buildId/artifacts/:artifactId/download',
    async (request, response) => {
      const credentials = await userOrCookie(request);
      const build = await builds.get(request.params.buildId, credentials);
      const { artifactId } = request.params;
      const artifact = await artifacts.find(build.id, artifactId);
      if (!artifact) {
        throw new NotFoundError(
          `Build #${build.number} has no artifact ${artifactId}. Its list of artifacts tells what there is.`,
        );
      }
      const size = artifact.sizeBytes;
      const range =
        size === undefined
          ? undefined
          : parseRange(request.headers.range, size);
      if (range === 'unsatisfiable') {
        response.status(416).setHeader('Content-Range', `bytes */${size}`);
        response.end();
        return;
      }
      const blob =
        artifact.blobKey && (await blobs.open(artifact.blobKey, range));
      if (!blob) {
        throw new NotFoundError(
          artifact.blobKey
            ? `The bytes of ${artifact.name} are gone from the blob store. Build again to get them anew.`
            : `${artifact.name} is kept elsewhere, so there is nothing to download here.`,
        );
      }
      response.setHeader(
        'Content-Type',
        artifact.mediaType ?? 'application/octet-stream',
      );
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Accept-Ranges', 'bytes');
      response.setHeader('Cache-Control', 'private, no-transform');
      response.setHeader(
        'Content-Disposition',
        `attachment; filename="${fileName(artifact)}"`,
      );
      if (range) {
        response.status(206);
        response.setHeader(
          'Content-Range',
          `bytes ${range.start}-${range.end}/${blob.sizeBytes}`,
        );
        response.setHeader('Content-Length', range.end - range.start + 1);
      } else {
        response.setHeader('Content-Length', blob.sizeBytes);
      }
      await sendStream(blob.stream, response);
    },
  );
}

/** A PipelineRun is named after the run; as a file it needs the ending that editors go by. */
function fileName({ name, type }: StoredArtifact): string {
  const ending = type === 'pipeline-run' ? '.yaml' : '';
  return `${name.replace(/[^\w.-]/g, '_')}${ending}`;
}

function withoutBlobKey({ blobKey: _, ...artifact }: StoredArtifact) {
  return artifact;
}
