import { Registry } from '../local/registry';
import { run } from '../machine/run';
import { CachedImage } from './imageCache';

/** Where images go, and by which login. */
type Target = Pick<Registry, 'host' | 'authFile' | 'certificateFolder'>;

/** Puts images into the cluster's registry and gives their references, each by digest, by name. */
export async function publishImages(
  registry: Target,
  images: Record<string, CachedImage>,
): Promise<Record<string, string>> {
  const published: Record<string, string> = {};
  for (const [key, image] of Object.entries(images)) {
    published[key] = await publishImage(registry, image);
  }
  return published;
}

async function publishImage(
  registry: Target,
  { name, layout, digest }: CachedImage,
): Promise<string> {
  await run('skopeo', [
    ...['copy', '--quiet', '--preserve-digests'],
    ...['--dest-authfile', registry.authFile],
    ...['--dest-cert-dir', registry.certificateFolder],
    `oci:${layout}:image`,
    `docker://${registry.host}/${name}:local`,
  ]);
  return `${registry.host}/${name}@${digest}`;
}
