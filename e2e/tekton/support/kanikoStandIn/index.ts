import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../../../cluster/Cluster';
import { Buildah } from '../../../cluster/images/Buildah';
import { run } from '../../../cluster/machine/run';

/** Where Debian's package busybox-static puts it. */
const BUSYBOX = '/bin/busybox';
const IMAGE = 'localhost/kaniko-stand-in:built';

/** Puts an image into the cluster's registry that takes the place of kaniko's, and gives its reference by digest. */
export async function publishKanikoStandIn({
  local: { registry },
}: Cluster): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kaniko-stand-in-'));
  const layout = join(folder, 'layout');
  const buildah = await Buildah.open();
  try {
    for (const name of ['Dockerfile', 'executor']) {
      await copyFile(join(__dirname, name), join(folder, name));
    }
    await chmod(join(folder, 'executor'), 0o755);
    await copyFile(BUSYBOX, join(folder, 'busybox'));
    await buildah.build({ context: folder, image: IMAGE });
    await buildah.export(IMAGE, layout);
    const repository = `${registry.address}/e2e/kaniko-stand-in`;
    const digestFile = join(folder, 'digest');
    await run('skopeo', [
      ...['copy', '--quiet', '--preserve-digests'],
      ...['--dest-authfile', registry.authFile],
      ...['--dest-cert-dir', registry.certificateFolder],
      ...['--digestfile', digestFile],
      `oci:${layout}:image`,
      `docker://${repository}:local`,
    ]);
    return `${repository}@${(await run('cat', [digestFile])).trim()}`;
  } finally {
    await buildah.close();
    await rm(folder, { recursive: true, force: true });
  }
}
