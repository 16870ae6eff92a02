import {
  BuildConfig,
  LocalWorkspace,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  checkImageTarget,
  formatImageReference,
  ImagePusher,
  PushEvent,
} from '../../registry';
import { describePushEvent } from '../reporting';
import { BuiltImage } from './readBuiltImage';
import { StepFailure } from './StepFailure';

/**
 * Pushes the image of a layout to its registry. No archive is kept beside: the registry has the image.
 *
 * @param beforeTags - what is to be done once the image is there by its digest, before a tag names it
 */
export async function pushImage(options: {
  config: BuildConfig;
  workspace: LocalWorkspace;
  built: BuiltImage;
  pusher: ImagePusher;
  beforeTags?: () => Promise<void>;
  signal: AbortSignal;
  log(line: string): Promise<void>;
}): Promise<NewArtifact[]> {
  const { config, workspace, built, pusher, signal, log } = options;
  const { image, main, references } = built;
  const { host, repository } = pushTarget(options);
  const tags = [...new Set([main.tag, ...config.image.tags])];
  const common = {
    host,
    repository,
    signal,
    onEvent: (event: PushEvent) => log(describePushEvent(event)),
  };
  const { beforeTags } = options;
  await pusher.push({
    ...common,
    tags: beforeTags ? [] : tags,
    layout: workspace.layout,
    image,
  });
  if (beforeTags) {
    await beforeTags();
    await pusher.tag({ ...common, tags, digest: image.digest });
  }
  const pushed = formatImageReference({
    host,
    repository,
    digest: image.digest,
  });
  await log(`Pushed    ${pushed}`);
  return [
    {
      type: 'image',
      name: references[0],
      reference: pushed,
      digest: image.digest,
      mediaType: image.mediaType,
      sizeBytes: image.sizeBytes,
      platform: image.platform,
    },
  ];
}

/** Where an image is pushed. @throws StepFailure where it may not be, or there is no such place */
export function pushTarget(options: {
  config: BuildConfig;
  built: BuiltImage;
  pusher: ImagePusher;
}): { host: string; repository: string } {
  const { config, built, pusher } = options;
  const { main, references } = built;
  const { host, repository } = main;
  // Admins may have changed what is allowed while the build was waiting.
  const target = checkImageTarget(main, {
    registries: pusher.registries,
    tenant: config.tenant,
  });
  if ('problem' in target || host === undefined) {
    throw new StepFailure({
      class: 'user',
      message:
        'problem' in target
          ? target.problem
          : `The image ${references[0]} names no registry to push it to.`,
      hint: 'Build again with a reference that is allowed.',
    });
  }
  return { host, repository };
}
