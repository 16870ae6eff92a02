import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openInside } from './openInside';

describe('openInside', () => {
  let directory: string;
  let root: string;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'inside-')));
    root = join(directory, 'root');
    await mkdir(join(root, 'app'), { recursive: true });
    await writeFile(join(root, 'app', 'file'), 'inside');
    await mkdir(join(directory, 'out'));
    await writeFile(join(directory, 'out', 'file'), 'secret');
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('opens what lies inside, and stays at it when its path leads elsewhere', async () => {
    const folder = await openInside(join(root, 'app'), root, 'directory');
    await rename(join(root, 'app'), join(root, 'moved'));
    await symlink(join(directory, 'out'), join(root, 'app'));
    const file =
      folder && (await openInside(join(folder.path, 'file'), root, 'file'));
    // Where a path cannot stay at what was opened, the swap is refused instead.
    expect(file ? (await file.handle.readFile()).toString() : 'inside').toBe(
      'inside',
    );
    await file?.handle.close();
    await folder?.handle.close();
  });

  it('refuses what is reached through a folder that has become a link out', async () => {
    await rm(join(root, 'app'), { recursive: true });
    await symlink(join(directory, 'out'), join(root, 'app'));
    expect(
      await openInside(join(root, 'app', 'file'), root, 'file'),
    ).toBeUndefined();
    expect(
      await openInside(join(root, 'app'), root, 'directory'),
    ).toBeUndefined();
  });

  it('refuses links, and what is of another kind, and does not wait for a pipe', async () => {
    await symlink('file', join(root, 'app', 'link'));
    await promisify(execFile)('mkfifo', [join(root, 'app', 'pipe')]);
    for (const name of ['link', 'pipe', '.']) {
      expect(
        await openInside(join(root, 'app', name), root, 'file'),
      ).toBeUndefined();
    }
    expect(
      await openInside(join(root, 'app', 'file'), root, 'directory'),
    ).toBeUndefined();
  });
});
