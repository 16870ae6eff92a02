import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { describeWith } from '../__testUtils__/engines';
import { LayoutBuilder } from './__testUtils__/layoutBuilder';
import { nameOciLayout } from './nameOciLayout';
import { packOciArchive } from './packOciArchive';
import { readOciLayout } from './readOciLayout';
import { unpackOciArchive } from './unpackOciArchive';

const run = promisify(execFile);
const { signal } = new AbortController();

let directory: string;
let builder: LayoutBuilder;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layout-'));
  builder = await LayoutBuilder.create(join(directory, 'layout'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function packTo(file: string): Promise<string> {
  const path = join(directory, file);
  await packOciArchive(builder.directory, createWriteStream(path), signal);
  return path;
}

async function named(
  references: [string, ...string[]] = ['team/hello:3', 'team/hello:latest'],
) {
  const descriptor = await builder.addImage();
  await builder.writeIndex([descriptor]);
  const image = await readOciLayout(builder.directory, signal);
  await nameOciLayout(builder.directory, image, references);
  return image;
}

describe('readOciLayout', () => {
  it('tells digest, platform and the size of config and layers', async () => {
    const descriptor = await builder.addImage();
    await builder.writeIndex([descriptor]);
    const image = await readOciLayout(builder.directory, signal);
    const [{ config, layers }] = image.manifests;
    expect(image).toMatchObject({
      digest: descriptor.digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      platform: 'linux/amd64',
      sizeBytes: config.size + layers[0].size,
    });
  });

  it('tells the digest of the index where there are several platforms', async () => {
    const index = await builder.addIndex([
      await builder.addImage('amd64'),
      await builder.addImage('arm64'),
    ]);
    await builder.writeIndex([index]);
    const image = await readOciLayout(builder.directory, signal);
    expect(image.digest).toBe(index.digest);
    expect(image.platform).toBeUndefined();
    expect(image.manifests.map(({ platform }) => platform)).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
  });

  it('passes over attestations', async () => {
    const index = await builder.addIndex([
      await builder.addImage(),
      {
        ...(await builder.addBlob(
          '{}',
          'application/vnd.oci.image.manifest.v1+json',
        )),
        platform: { os: 'unknown', architecture: 'unknown' },
      },
    ]);
    await builder.writeIndex([index]);
    const image = await readOciLayout(builder.directory, signal);
    expect(image.platform).toBe('linux/amd64');
  });

  it('refuses a blob of which one byte is wrong', async () => {
    const descriptor = await builder.addImage();
    await builder.writeIndex([descriptor]);
    const [{ layers }] = (await readOciLayout(builder.directory, signal))
      .manifests;
    const path = builder.blobPath(layers[0]);
    const bytes = await readFile(path);
    bytes[20] += 1;
    await writeFile(path, bytes);
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      `The content of the blob ${layers[0].digest} does not match its name`,
    );
  });

  it('refuses a manifest that is not what its digest says', async () => {
    const descriptor = await builder.addImage();
    await builder.writeIndex([descriptor]);
    const text = await readFile(builder.blobPath(descriptor), 'utf8');
    await writeFile(
      builder.blobPath(descriptor),
      text.replace('"schemaVersion":2', '"schemaVersion":3'),
    );
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'does not match its name',
    );
  });

  it('refuses a blob that is cut short or missing', async () => {
    const descriptor = await builder.addImage();
    await builder.writeIndex([descriptor]);
    await truncate(builder.blobPath(descriptor), 10);
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'has 10 bytes where',
    );
    await rm(builder.blobPath(descriptor));
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'is missing',
    );
  });

  it('refuses digests that could name a file elsewhere', async () => {
    await builder.writeIndex([
      { mediaType: 'x', digest: 'sha256:../../oci-layout', size: 1 },
    ]);
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'is no digest that can be verified',
    );
  });

  it('refuses a layout without an image, with two, or none at all', async () => {
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'has left no OCI image layout',
    );
    await builder.writeIndex([]);
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'holds no image',
    );
    await builder.writeIndex([
      await builder.addImage('amd64'),
      await builder.addImage('arm64'),
    ]);
    await expect(readOciLayout(builder.directory, signal)).rejects.toThrow(
      'several images where one was built',
    );
  });
});

describe('nameOciLayout', () => {
  it('names the image for OCI tools, containerd and docker, and keeps its digest', async () => {
    const image = await named();
    const index = JSON.parse(
      await readFile(join(builder.directory, 'index.json'), 'utf8'),
    );
    expect(index.manifests).toMatchObject([
      {
        digest: image.digest,
        annotations: {
          'org.opencontainers.image.ref.name': 'team/hello:3',
          'io.containerd.image.name': 'docker.io/team/hello:3',
        },
      },
      {
        digest: image.digest,
        annotations: {
          'org.opencontainers.image.ref.name': 'team/hello:latest',
        },
      },
    ]);
    const [entry] = JSON.parse(
      await readFile(join(builder.directory, 'manifest.json'), 'utf8'),
    );
    expect(entry).toEqual({
      Config: `blobs/${image.manifests[0].config.digest.replace(':', '/')}`,
      RepoTags: ['team/hello:3', 'team/hello:latest'],
      Layers: [
        `blobs/${image.manifests[0].layers[0].digest.replace(':', '/')}`,
      ],
    });
    expect((await readOciLayout(builder.directory, signal)).digest).toBe(
      image.digest,
    );
  });

  it.each([
    ['hello:3', 'docker.io/library/hello:3'],
    ['localhost/hello:3', 'localhost/hello:3'],
    ['r.example:5000/hello:3', 'r.example:5000/hello:3'],
  ])('gives containerd the full name of %s', async (reference, full) => {
    await named([reference]);
    const index = JSON.parse(
      await readFile(join(builder.directory, 'index.json'), 'utf8'),
    );
    expect(index.manifests[0].annotations['io.containerd.image.name']).toBe(
      full,
    );
  });
});

describe('packOciArchive', () => {
  it('gives the same bytes for the same layout', async () => {
    await named();
    const hash = async (path: string) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    const first = await hash(await packTo('one.tar'));
    await writeFile(
      join(builder.directory, 'oci-layout'),
      await readFile(join(builder.directory, 'oci-layout')),
    );
    expect(await hash(await packTo('two.tar'))).toBe(first);
  });

  it('is undone by unpacking', async () => {
    const image = await named();
    const target = join(directory, 'unpacked');
    await unpackOciArchive(await packTo('image.tar'), target, signal);
    expect(await readOciLayout(target, signal)).toMatchObject({ ...image });
  });

  it('ends with an error where the destination breaks', async () => {
    await named();
    await expect(
      packOciArchive(
        builder.directory,
        createWriteStream(join(directory, 'no-folder', 'x.tar')),
        signal,
      ),
    ).rejects.toThrow('ENOENT');
  });
});

describe('unpackOciArchive', () => {
  it('takes nothing from an archive that is no part of a layout', async () => {
    const archive = pack();
    archive.entry({ name: '../outside' }, 'x');
    archive.entry({ name: 'blobs/sha256/../../../outside' }, 'x');
    archive.entry({
      name: 'index.json',
      type: 'symlink',
      linkname: '/etc/passwd',
    });
    archive.entry({ name: 'oci-layout' }, '{}');
    archive.finalize();
    const path = join(directory, 'evil.tar');
    await pipeline(archive, createWriteStream(path));
    const target = join(directory, 'unpacked');
    await unpackOciArchive(path, target, signal);
    const inside = await run('find', [directory, '-newer', path, '-type', 'f']);
    expect(inside.stdout.trim()).toBe(join(target, 'oci-layout'));
    const links = await run('find', [directory, '-type', 'l']);
    expect(links.stdout).toBe('');
  });
});

describeWith('skopeo', 'an archive read by skopeo', () => {
  it('is accepted as oci-archive, with the digest that was told', async () => {
    const image = await named();
    const archive = await packTo('image.tar');
    const copy = join(directory, 'copied');
    await run('skopeo', [
      'copy',
      '--insecure-policy',
      `oci-archive:${archive}:team/hello:3`,
      `dir:${copy}`,
    ]);
    const manifest = createHash('sha256');
    await pipeline(createReadStream(join(copy, 'manifest.json')), manifest);
    expect(`sha256:${manifest.digest('hex')}`).toBe(image.digest);
  });

  it('is accepted as docker-archive, with its layers', async () => {
    await named();
    const archive = await packTo('image.tar');
    const source = `docker-archive:${archive}:team/hello:3`;
    const { stdout } = await run('skopeo', ['inspect', source]);
    expect(JSON.parse(stdout)).toMatchObject({
      Architecture: 'amd64',
      Os: 'linux',
      Layers: [expect.stringMatching(/^sha256:/)],
    });
    const copy = `dir:${join(directory, 'copied')}`;
    await run('skopeo', ['copy', '--insecure-policy', source, copy]);
  });
});

describeWith('podman', 'an archive loaded by podman', () => {
  it('brings the image under each of its names', async () => {
    await named();
    const options = [
      `--root=${join(directory, 'root')}`,
      `--runroot=${join(directory, 'run')}`,
      '--storage-driver=vfs',
    ];
    await run('podman', [
      ...options,
      'load',
      `--input=${await packTo('image.tar')}`,
    ]);
    const { stdout } = await run('podman', [
      ...options,
      'images',
      '--format={{.Repository}}:{{.Tag}}',
    ]);
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual([
      'localhost/team/hello:3',
      'localhost/team/hello:latest',
    ]);
  });
});
