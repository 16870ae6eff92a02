import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { readFile } from 'node:fs/promises';
import { CHECK_KINDS, PLATFORM_ANNOTATION } from '../../../checks';
import {
  formatImageReference,
  ImagePusher,
  OciDescriptor,
  RegistryError,
} from '../../../registry';
import { describeReferrerEvent, plainText } from '../../reporting';
import { KeptReport } from './ImageChecks';

/**
 * Puts the reports of an image beside it in its registry.
 *
 * @returns the artifacts once more, now with where they are
 */
export async function pushReports(options: {
  host: string;
  repository: string;
  /** Of the manifest or index of the image. */
  subject: OciDescriptor;
  /** Whether the image itself is there, so that somebody may look for what is beside it. */
  isPushed: boolean;
  reports: KeptReport[];
  pusher: ImagePusher;
  log(line: string): Promise<void>;
  signal: AbortSignal;
}): Promise<ExecutionUpdate[]> {
  const { host, repository, subject, isPushed, reports, pusher, log, signal } =
    options;
  const updates: ExecutionUpdate[] = [];
  const unlisted: OciDescriptor[] = [];
  for (const { check, platform, path, artifact } of reports) {
    const { descriptor, isListed } = await pusher.referrers.push({
      host,
      repository,
      subject,
      artifactType: CHECK_KINDS[check].mediaType,
      annotations: { [PLATFORM_ANNOTATION]: platform },
      bytes: await readFile(path),
      signal,
      onEvent: event => log(describeReferrerEvent(event)),
    });
    if (!isListed) unlisted.push(descriptor);
    const { digest } = descriptor;
    const reference = formatImageReference({ host, repository, digest });
    updates.push({ type: 'artifact', artifact: { ...artifact, reference } });
  }
  if (!isPushed || unlisted.length === 0) return updates;
  try {
    await pusher.referrers.link({
      host,
      repository,
      subject: subject.digest,
      referrers: unlisted,
      signal,
      onEvent: event => log(describeReferrerEvent(event)),
    });
  } catch (error) {
    // The image is there with all that belongs to it; it only takes its digests to find that.
    if (signal.aborted || !(error instanceof RegistryError)) throw error;
    await log(
      `Warning: the registry does not list the reports beside the image: ${plainText(
        error.message,
      )}`,
    );
  }
  return updates;
}
