import {
  ExecutionSpec,
  ExecutionUpdate,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  ImagePusher,
  RegistryError,
  formatImageReference,
  parseImageReference,
} from '../../registry';
import { describePushEvent, plainFailure } from '../reporting';
import { PushedImage } from './pushedImage';

/**
 * Sets the tags of an image that a pod has pushed by digest. The tags move here
 * and not in the pod: a pod on a node that was lost may live on and push late,
 * and only who holds the lease may say which image a tag names.
 */
export async function concludeImage(options: {
  spec: ExecutionSpec;
  image: PushedImage;
  /** Whose log tells of it. */
  step: string;
  pusher: ImagePusher;
  log(line: string): Promise<void>;
  signal: AbortSignal;
}): Promise<ExecutionUpdate[]> {
  const { spec, image, step, pusher, log, signal } = options;
  const parsed = parseImageReference(spec.config.image.reference);
  const target = parsed.ok ? parsed.reference : undefined;
  const host = target?.host;
  if (!target || !host || image.repository !== `${host}/${target.repository}`) {
    return [
      {
        type: 'outcome',
        outcome: {
          status: 'failed',
          failure: plainFailure({
            class: 'template',
            message: `The pipeline says that it has pushed to ${image.repository}, and the build is for ${spec.config.image.reference}.`,
            hint: 'A portal admin corrects the pipeline template.',
          }),
        },
      },
    ];
  }
  const { repository, tag } = target;
  const tags = [...new Set([...(tag ? [tag] : []), ...spec.config.image.tags])];
  try {
    const { mediaType, sizeBytes } = await pusher.tag({
      host,
      repository,
      digest: image.digest,
      tags,
      signal,
      onEvent: event => log(describePushEvent(event)),
    });
    const reference = formatImageReference({
      host,
      repository,
      digest: image.digest,
    });
    await log(`Pushed    ${reference}`);
    return [
      {
        type: 'artifact',
        artifact: {
          type: 'image',
          name: spec.config.image.reference,
          reference,
          digest: image.digest,
          mediaType,
          sizeBytes,
        },
      },
    ];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return [
      {
        type: 'outcome',
        outcome: {
          status: 'failed',
          failure: plainFailure({
            class: error.failureClass,
            message: error.message,
            step,
            hint: error.hint,
          }),
        },
      },
    ];
  }
}
