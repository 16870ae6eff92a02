import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlatform, platformName } from '../../../checks';
import { OciImage } from '../../../registry';
import { StepFailure } from '../StepFailure';

/** The image of one platform, in a layout of its own. */
export type PlatformLayout = {
  /** Such as `linux/amd64`. */
  platform: string;
  /** The name of its folder. */
  name: string;
  /** Of its manifest. */
  digest: string;
};

/**
 * Makes a layout for the image of each platform: tools that look at images take
 * one at a time. The blobs are those of the layout of all.
 */
export async function writePlatformLayouts(options: {
  folder: string;
  layout: string;
  image: OciImage;
}): Promise<PlatformLayout[]> {
  const { folder, layout, image } = options;
  const layouts: PlatformLayout[] = [];
  for (const { platform, descriptor } of image.manifests) {
    const name = platformName(platform);
    if (!isPlatform(platform) || layouts.some(each => each.name === name)) {
      throw new StepFailure({
        class: 'user',
        message: `The image has the platform "${platform}" ${
          isPlatform(platform) ? 'twice' : 'which is none'
        }, so that it cannot be checked.`,
        hint: 'Build for each platform once, such as linux/amd64.',
      });
    }
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    await symlink(join(layout, 'blobs'), join(own, 'blobs'));
    await copyFile(join(layout, 'oci-layout'), join(own, 'oci-layout'));
    const { mediaType, digest, size } = descriptor;
    await writeFile(
      join(own, 'index.json'),
      JSON.stringify({
        schemaVersion: 2,
        manifests: [{ mediaType, digest, size }],
      }),
    );
    layouts.push({ platform, name, digest });
  }
  return layouts;
}
