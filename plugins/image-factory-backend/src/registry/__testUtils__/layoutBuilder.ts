import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { OciDescriptor } from '../ociTypes';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Writes real OCI image layouts, blob by blob. */
export class LayoutBuilder {
  readonly directory: string;

  static async create(directory: string): Promise<LayoutBuilder> {
    await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true });
    await writeFile(
      join(directory, 'oci-layout'),
      JSON.stringify({ imageLayoutVersion: '1.0.0' }),
    );
    return new LayoutBuilder(directory);
  }

  private constructor(directory: string) {
    this.directory = directory;
  }

  async addBlob(
    content: string | Buffer,
    mediaType: string,
  ): Promise<OciDescriptor> {
    const bytes = Buffer.from(content);
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(this.directory, 'blobs', 'sha256', hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  }

  /** An image with one file; the descriptor is of its manifest. */
  async addImage(architecture = 'amd64'): Promise<OciDescriptor> {
    const files = pack();
    files.entry({ name: 'hello.txt', mtime: new Date(0) }, 'hello');
    files.finalize();
    const tar = await buffer(files);
    const layer = await this.addBlob(
      gzipSync(tar),
      'application/vnd.oci.image.layer.v1.tar+gzip',
    );
    const diffId = createHash('sha256').update(tar).digest('hex');
    const config = await this.addBlob(
      JSON.stringify({
        architecture,
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] },
      }),
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config };
    return this.addBlob(
      JSON.stringify({ ...manifest, layers: [layer] }),
      MANIFEST,
    );
  }

  async addIndex(manifests: OciDescriptor[]): Promise<OciDescriptor> {
    return this.addBlob(
      JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
      INDEX,
    );
  }

  async writeIndex(manifests: OciDescriptor[]): Promise<void> {
    await writeFile(
      join(this.directory, 'index.json'),
      JSON.stringify({ schemaVersion: 2, manifests }),
    );
  }

  blobPath({ digest }: OciDescriptor): string {
    return join(this.directory, 'blobs', ...digest.split(':'));
  }
}
