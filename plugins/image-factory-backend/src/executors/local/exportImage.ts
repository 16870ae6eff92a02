import { isError } from '@backstage/errors';
import {
  ExecutionSpec,
  LocalWorkspace,
  NewArtifact,
} from '@image-factory/backstage-plugin-image-factory-node';
import { PassThrough } from 'node:stream';
import { BlobStore, executionFolder } from '../../blobs';
import { nameOciLayout, packOciArchive } from '../../registry';
import { diskFull, isDiskFull } from './diskFull';
import { formatBytes } from '../reporting';
import { BuiltImage } from './readBuiltImage';
import { StepFailure } from './StepFailure';

/** Names the image of a layout, packs it into an archive and stores that. */
export async function exportImage(options: {
  spec: ExecutionSpec;
  workspace: LocalWorkspace;
  built: BuiltImage;
  blobs: BlobStore;
  signal: AbortSignal;
  log(line: string): Promise<void>;
}): Promise<NewArtifact[]> {
  const { spec, workspace, built, blobs, signal, log } = options;
  const { image, main, references } = built;
  const [reference] = references;
  await nameOciLayout(workspace.layout, image, references);

  const name = main.repository.slice(main.repository.lastIndexOf('/') + 1);
  const archiveName = `${name}-${main.tag}.tar`;
  const blobKey = `${executionFolder(spec)}/image.tar`;
  const { sizeBytes } = await store({
    layout: workspace.layout,
    blobs,
    blobKey,
    signal,
  });
  await log(`Archive   ${archiveName}, ${formatBytes(sizeBytes)}`);
  return [
    {
      type: 'image',
      name: reference,
      reference,
      digest: image.digest,
      mediaType: image.mediaType,
      sizeBytes: image.sizeBytes,
      platform: image.platform,
    },
    {
      type: 'image-archive',
      name: archiveName,
      reference,
      mediaType: 'application/x-tar',
      sizeBytes,
      platform: image.platform,
      blobKey,
    },
  ];
}

async function store(options: {
  layout: string;
  blobs: BlobStore;
  blobKey: string;
  signal: AbortSignal;
}) {
  const { layout, blobs, blobKey, signal } = options;
  const archive = new PassThrough();
  const [stored, packed] = await Promise.allSettled([
    blobs.put(blobKey, archive),
    packOciArchive(layout, archive, signal).catch(error => {
      archive.destroy(error);
      throw error;
    }),
  ]);
  if (signal.aborted) {
    // The run is to end before its time, and nobody will ask for what came of it.
    await blobs.delete(blobKey);
    signal.throwIfAborted();
  }
  if (stored.status === 'fulfilled' && packed.status === 'fulfilled') {
    return stored.value;
  }
  // Where one of the two fails, so does the other, with less to say.
  const errors = [stored, packed].flatMap(result =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  throw notStored(errors.find(isDiskFull) ?? errors[0]);
}

function notStored(error: unknown): StepFailure {
  if (isDiskFull(error)) {
    return new StepFailure({ ...diskFull('archives'), cause: error });
  }
  return new StepFailure({
    class: 'infrastructure',
    message: `The archive of the image was not stored: ${
      isError(error) ? error.message : error
    }`,
    cause: error,
  });
}
