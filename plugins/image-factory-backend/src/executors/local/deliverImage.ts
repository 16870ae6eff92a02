import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionSpec,
  LocalWorkspace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { BlobStore } from '../../blobs';
import { ImagePusher } from '../../registry';
import { UpdateChannel } from '../reporting';
import { ImageChecks, pushReports } from './checks';
import { exportImage } from './exportImage';
import { pushImage, pushTarget } from './pushImage';
import { BuiltImage, describeBuiltImage } from './readBuiltImage';

export type DeliverOptions = {
  spec: ExecutionSpec;
  workspace: LocalWorkspace;
  built: BuiltImage;
  blobs: BlobStore;
  pusher: ImagePusher;
  checks: ImageChecks;
  channel: UpdateChannel;
  signal: AbortSignal;
  log(line: string): Promise<void>;
};

/**
 * Hands an image on, as its build was told to, with what was found out of it. One
 * that may not be handed on leaves its reports alone.
 *
 * @returns why it was not handed on, where it may not be
 */
export async function deliverImage(
  options: DeliverOptions,
): Promise<{ failure: Failure; reason: string } | undefined> {
  const { spec, built, checks, channel, log } = options;
  const isPush = spec.config.image.delivery === 'push';
  for (const line of describeBuiltImage(built)) await log(line);
  if (checks.heldBack) {
    if (isPush) await putReports(options, false);
    await log(`Not handed on: ${checks.heldBack.reason}`);
    return checks.heldBack;
  }
  const artifacts = isPush
    ? await pushImage({
        ...options,
        config: spec.config,
        beforeTags:
          checks.reports.length > 0
            ? () => putReports(options, true)
            : undefined,
      })
    : await exportImage(options);
  for (const artifact of artifacts) {
    await channel.write({ type: 'artifact', artifact });
  }
  return undefined;
}

async function putReports(
  options: DeliverOptions,
  isPushed: boolean,
): Promise<void> {
  const { spec, built, checks, channel } = options;
  const updates = await pushReports({
    ...options,
    ...pushTarget({ ...options, config: spec.config }),
    subject: built.image.descriptor,
    isPushed,
    reports: checks.reports,
  });
  for (const update of updates) await channel.write(update);
}
