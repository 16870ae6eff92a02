import { createHash, randomBytes } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  readdir,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FilesystemBlobStore } from './FilesystemBlobStore';

describe('FilesystemBlobStore', () => {
  let directory: string;
  let store: FilesystemBlobStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blobs-'));
    store = await FilesystemBlobStore.create({ directory });
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function read(key: string, range?: { start: number; end: number }) {
    const blob = await store.open(key, range);
    return blob && buffer(blob.stream);
  }

  async function filesBelow(): Promise<string[]> {
    const entries = await readdir(directory, {
      recursive: true,
      withFileTypes: true,
    });
    return entries.filter(entry => entry.isFile()).map(({ name }) => name);
  }

  it('gives back what was put, and tells its size and SHA-256', async () => {
    const bytes = randomBytes(300_000);
    const stored = await store.put('a/b/image.tar', Readable.from([bytes]));
    expect(stored).toEqual({
      sizeBytes: 300_000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(await read('a/b/image.tar')).toEqual(bytes);
  });

  it('gives a range with both ends, and the size of the whole', async () => {
    await store.put('range', Readable.from([Buffer.from('0123456789')]));
    const blob = await store.open('range', { start: 2, end: 4 });
    expect(blob?.sizeBytes).toBe(10);
    expect(blob && (await buffer(blob.stream)).toString()).toBe('234');
  });

  it('deletes all below a folder, also what is half-written, and nothing beside it', async () => {
    await store.put('artifacts/a/1/image.tar', Readable.from(['one']));
    await store.put('artifacts/a/2/image.tar', Readable.from(['two']));
    await writeFile(join(directory, 'artifacts/a/1/image.tar.x.part'), 'half');
    await store.deleteAll('artifacts/a/1');
    await store.deleteAll('artifacts/a/never');
    expect(await filesBelow()).toEqual(['image.tar']);
    expect(String(await read('artifacts/a/2/image.tar'))).toBe('two');
  });

  it('deletes nothing outside of the store', async () => {
    await expect(store.deleteAll('artifacts/../..')).rejects.toThrow(
      'is not the key of a blob',
    );
  });

  it('knows no blob that was not put or was deleted', async () => {
    expect(await store.open('never/put')).toBeUndefined();
    await store.put('gone', Readable.from([Buffer.from('x')]));
    await store.delete('gone');
    await store.delete('gone');
    expect(await store.open('gone')).toBeUndefined();
  });

  it('replaces a blob as a whole', async () => {
    await store.put('key', Readable.from([Buffer.from('a longer first')]));
    await store.put('key', Readable.from([Buffer.from('second')]));
    expect((await read('key'))?.toString()).toBe('second');
  });

  it('leaves the old blob and no half one when the source breaks off', async () => {
    await store.put('key', Readable.from([Buffer.from('old')]));
    const breaking = Readable.from(
      (async function* chunks() {
        yield Buffer.from('half');
        throw new Error('the source broke off');
      })(),
    );
    await expect(store.put('key', breaking)).rejects.toThrow(
      'the source broke off',
    );
    expect((await read('key'))?.toString()).toBe('old');
    expect(await filesBelow()).toEqual(['key']);
  });

  it('removes at its start what a writer left half-written a day ago, and spares what another writes now', async () => {
    await mkdir(join(directory, 'a'));
    const old = join(directory, 'a', 'image.tar.0a.part');
    await writeFile(old, 'half');
    const dayAndMore = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(old, dayAndMore, dayAndMore);
    await writeFile(join(directory, 'a', 'image.tar.0b.part'), 'half');
    await writeFile(join(directory, 'a', 'image.tar'), 'whole');
    store = await FilesystemBlobStore.create({ directory });
    expect((await filesBelow()).sort()).toEqual([
      'image.tar',
      'image.tar.0b.part',
    ]);
  });

  it.each([
    '../outside',
    'a/../../outside',
    '/etc/passwd',
    'a//b',
    '',
    '.',
    'a/.hidden',
    'a\\b',
    'a/b\u0000c',
    'a/image.tar.part',
  ])(
    'refuses the key %j, which could leave the store or hide in it',
    async key => {
      await expect(
        store.put(key, Readable.from([Buffer.from('x')])),
      ).rejects.toThrow('is not the key of a blob');
      await expect(store.open(key)).rejects.toThrow('is not the key of a blob');
      expect(await filesBelow()).toEqual([]);
    },
  );

  it('says in words that the disk is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), {
      code: 'ENOSPC',
    });
    const source = new Readable({
      read() {
        this.destroy(full);
      },
    });
    await expect(store.put('key', source)).rejects.toThrow(
      /The disk of the blob store is full: "key" was not stored\. Free space below/,
    );
  });
});
