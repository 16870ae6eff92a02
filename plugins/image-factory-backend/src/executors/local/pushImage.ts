import {
  BuildConfig,
  LocalWorkspace,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  checkImageTarget,
  formatImageReference,
  ImagePusher,
} from '../../registry';
import { describePushEvent } from '../reporting';
import { BuiltImage } from './readBuiltImage';
import { StepFailure } from './StepFailure';

/** Pushes the image of a layout to its registry. No archive is kept beside: the registry has the image. */
export async function pushImage(options: {
  config: BuildConfig;
  workspace: LocalWorkspace;
  built: BuiltImage;
  pusher: ImagePusher;
  signal: AbortSignal;
  log(line: string): Promise<void>;
}): Promise<NewArtifact[]> {
  const { config, workspace, built, pusher, signal, log } = options;
  const { image, main, references } = built;
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
  await pusher.push({
    host,
    repository,
    tags: [...new Set([main.tag, ...config.image.tags])],
    layout: workspace.layout,
    image,
    signal,
    onEvent: event => log(describePushEvent(event)),
  });
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
