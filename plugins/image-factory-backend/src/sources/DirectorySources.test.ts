import { DirectorySourceConfig } from '@image-factory/backstage-plugin-image-factory-node';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectorySources } from './DirectorySources';

describe('DirectorySources', () => {
  let directory: string;
  let root: string;
  let sources: DirectorySources;
  const app: DirectorySourceConfig = {
    type: 'directory',
    root: 'demo',
    path: 'app',
  };

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'sources-')));
    root = join(directory, 'root');
    await mkdir(join(root, 'app', 'site'), { recursive: true });
    await writeFile(join(root, 'app', 'catalog-info.yaml'), 'kind: Component');
    await writeFile(join(root, 'app', 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(directory, 'secret'), 'secret');
    sources = await DirectorySources.create({
      roots: [{ name: 'demo', path: root }],
    });
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  describe('resolve', () => {
    it.each(['file', 'dir'] as const)(
      'finds the folder of an entity by its %s location',
      async type => {
        const target = join(
          root,
          'app',
          type === 'file' ? 'catalog-info.yaml' : '',
        );
        expect(await sources.resolve({ type, target })).toEqual({
          ok: true,
          source: app,
          location: 'demo/app',
        });
      },
    );

    it('takes the root itself as a source', async () => {
      expect(await sources.resolve({ type: 'dir', target: root })).toEqual({
        ok: true,
        source: { type: 'directory', root: 'demo', path: '' },
        location: 'demo',
      });
    });

    it('refuses what lies outside all roots, and names the setting', async () => {
      expect(
        await sources.resolve({
          type: 'file',
          target: join(directory, 'secret'),
        }),
      ).toEqual({
        ok: false,
        problem: expect.stringContaining('imageFactory.sources.directories'),
      });
    });

    it('refuses what only seems to lie inside a root, by a link or a like name', async () => {
      await mkdir(join(directory, 'root-beside'));
      await symlink(directory, join(root, 'out'));
      for (const target of [
        join(directory, 'root-beside'),
        join(root, 'out', 'secret'),
        join(root, '..'),
      ]) {
        expect(await sources.resolve({ type: 'dir', target })).toMatchObject({
          ok: false,
        });
      }
    });

    it('says that a location is not there', async () => {
      expect(
        await sources.resolve({
          type: 'file',
          target: join(root, 'nope/x.yaml'),
        }),
      ).toEqual({
        ok: false,
        problem: expect.stringContaining('cannot be read by the portal'),
      });
    });

    it('says that nothing is allowed where no root is configured', async () => {
      const none = await DirectorySources.create({ roots: [] });
      expect(
        await none.resolve({
          type: 'file',
          target: join(root, 'app', 'catalog-info.yaml'),
        }),
      ).toEqual({
        ok: false,
        problem: expect.stringMatching(
          /"app".*from which nothing may be built/,
        ),
      });
    });
  });

  it('refuses to start with a root that is no directory', async () => {
    await expect(
      DirectorySources.create({
        roots: [{ name: 'demo', path: join(directory, 'secret') }],
      }),
    ).rejects.toThrow("the root 'demo' is not a directory");
  });

  describe('view', () => {
    it('tells files, folders and what is absent', async () => {
      const view = await sources.view(app);
      expect(await view.stat('Dockerfile')).toBe('file');
      expect(await view.stat('.')).toBe('directory');
      expect(await view.stat('site/../Dockerfile')).toBe('file');
      expect(await view.stat('nope')).toBe('absent');
    });

    it('sees nothing outside, neither by path nor by link', async () => {
      await symlink(join(directory, 'secret'), join(root, 'app', 'link'));
      await symlink('../..', join(root, 'app', 'up'));
      const view = await sources.view(app);
      for (const path of [
        '../../secret',
        '/etc/passwd',
        'link',
        'up/secret',
        'site/../../x',
      ]) {
        expect(await view.stat(path)).toBe('outside');
        expect(await view.readText(path, 1000)).toBeUndefined();
      }
    });

    it('reads text up to a size, and no binary', async () => {
      await writeFile(join(root, 'app', 'binary'), Buffer.from([65, 0, 66]));
      const view = await sources.view(app);
      expect(await view.readText('Dockerfile', 13)).toBe('FROM scratch\n');
      expect(await view.readText('Dockerfile', 12)).toBeUndefined();
      expect(await view.readText('binary', 100)).toBeUndefined();
      expect(await view.readText('site', 100)).toBeUndefined();
    });

    it('refuses a source whose folder has become a link out of the root', async () => {
      await rm(join(root, 'app'), { recursive: true });
      await symlink(directory, join(root, 'app'));
      await expect(sources.view(app)).rejects.toThrow('lies outside its root');
    });
  });

  describe('copyTo', () => {
    const limits = () => ({
      signal: new AbortController().signal,
      maxBytes: 1_000,
      maxFiles: 10,
    });
    let target: string;

    beforeEach(() => {
      target = join(directory, 'copy');
    });

    it('copies files, folders, inner links and the right to execute, without .git', async () => {
      await writeFile(join(root, 'app', 'run.sh'), '#!/bin/sh\n');
      await chmod(join(root, 'app', 'run.sh'), 0o700);
      await symlink('../Dockerfile', join(root, 'app', 'site', 'link'));
      await mkdir(join(root, 'app', '.git'));
      await writeFile(join(root, 'app', '.git', 'config'), 'x');
      expect(await sources.copyTo(app, target, limits())).toEqual({
        files: 5,
        bytes: 38,
      });
      expect((await readdir(target)).sort()).toEqual([
        'Dockerfile',
        'catalog-info.yaml',
        'run.sh',
        'site',
      ]);
      expect(await readlink(join(target, 'site', 'link'))).toBe(
        '../Dockerfile',
      );
      expect(await readFile(join(target, 'Dockerfile'), 'utf8')).toBe(
        'FROM scratch\n',
      );
      expect((await stat(join(target, 'run.sh'))).mode & 0o777).toBe(0o755);
      expect((await stat(join(target, 'Dockerfile'))).mode & 0o777).toBe(0o644);
    });

    it.each([
      ['an absolute link', '/etc/passwd'],
      ['a link upwards', '../../secret'],
    ])('refuses %s out of the source and names it', async (_, to) => {
      await symlink(to, join(root, 'app', 'site', 'escape'));
      await expect(sources.copyTo(app, target, limits())).rejects.toThrow(
        `The symbolic link "site/escape" leads out of the source (to "${to}")`,
      );
    });

    it('refuses a link that leaves through another link', async () => {
      await symlink('..', join(root, 'app', 'up'));
      await symlink('up/../secret', join(root, 'app', 'site', 'escape'));
      await expect(sources.copyTo(app, target, limits())).rejects.toThrow(
        'leads out of the source',
      );
    });

    it('refuses sockets and their like', async () => {
      const server = createServer();
      await new Promise<void>(resolve =>
        server.listen(join(root, 'app', 's'), () => resolve()),
      );
      try {
        await expect(sources.copyTo(app, target, limits())).rejects.toThrow(
          '"s" is neither a file nor a folder',
        );
      } finally {
        await new Promise(resolve => server.close(resolve));
      }
    });

    it('caps the number of files and their bytes', async () => {
      await expect(
        sources.copyTo(app, target, { ...limits(), maxFiles: 2 }),
      ).rejects.toThrow('more than 2 files');
      await rm(target, { recursive: true });
      await expect(
        sources.copyTo(app, target, { ...limits(), maxBytes: 20 }),
      ).rejects.toThrow('larger than 20 bytes');
    });

    it('stops when told to', async () => {
      await expect(
        sources.copyTo(app, target, {
          ...limits(),
          signal: AbortSignal.abort(),
        }),
      ).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('says that a root is no longer configured', async () => {
      await expect(
        sources.copyTo({ ...app, root: 'old' }, target, limits()),
      ).rejects.toThrow('The source root "old" is no longer configured');
    });
  });
});
