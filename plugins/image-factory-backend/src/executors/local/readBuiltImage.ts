import {
  BuildConfig,
  LocalWorkspace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { rename, stat } from 'node:fs/promises';
import {
  formatImageReference,
  ImageReference,
  OciImage,
  parseImageReference,
  readOciLayout,
  unpackOciArchive,
} from '../../registry';
import { formatBytes } from '../reporting';
import { StepFailure } from './StepFailure';

/** The image that a build tool has left, and how it is to be named. */
export type BuiltImage = {
  image: OciImage;
  /** With its tag. */
  main: ImageReference & { tag: string };
  /** All its names with their tags; the first is the main one. */
  references: [string, ...string[]];
};

/** Reads the layout that a build tool has left. */
export async function readBuiltImage(options: {
  config: BuildConfig;
  workspace: LocalWorkspace;
  signal: AbortSignal;
}): Promise<BuiltImage> {
  const { config, workspace, signal } = options;
  const { main, references } = nameImage(config);
  await unpackWhereArchived(workspace, signal);
  const image = await readOciLayout(workspace.layout, signal);
  return { image, main, references };
}

/** What a log tells of an image. */
export function describeBuiltImage({
  image,
  references,
}: BuiltImage): string[] {
  const platforms = image.manifests.map(({ platform }) => platform);
  return [
    `Image     ${references.join(', ')}`,
    `Digest    ${image.digest}`,
    `Platform  ${platforms.join(', ')}`,
    `Size      ${formatBytes(image.sizeBytes)}`,
  ];
}

async function unpackWhereArchived(
  workspace: LocalWorkspace,
  signal: AbortSignal,
): Promise<void> {
  const stats = await stat(workspace.layout).catch(() => undefined);
  if (stats?.isFile()) {
    const archive = `${workspace.layout}.tar`;
    await rename(workspace.layout, archive);
    await unpackOciArchive(archive, workspace.layout, signal);
  }
}

function nameImage(config: BuildConfig): Omit<BuiltImage, 'image'> {
  const parsed = parseImageReference(config.image.reference);
  if (!parsed.ok) {
    throw new StepFailure({ class: 'user', message: parsed.problem });
  }
  const main = { ...parsed.reference, tag: parsed.reference.tag ?? 'latest' };
  const reference = formatImageReference(main);
  const others = config.image.tags.map(tag =>
    formatImageReference({ ...main, tag }),
  );
  return {
    main,
    references: [
      reference,
      ...new Set(others.filter(one => one !== reference)),
    ],
  };
}
