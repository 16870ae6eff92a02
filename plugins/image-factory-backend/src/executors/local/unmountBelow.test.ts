import { mockServices } from '@backstage/backend-test-utils';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithMounts } from '../../__testUtils__/engines';
import { mountPointsBelow, unmountBelow } from './unmountBelow';

const run = promisify(execFile);

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unmount-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describeWithMounts('unmountBelow', () => {
  it('takes off every mount below the directory, also where one lies in another or has blanks in its name', async () => {
    const outer = join(root, 'a store');
    const inner = join(outer, 'overlay');
    await mkdir(outer);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', outer]);
    await mkdir(inner);
    await run('mount', ['--bind', inner, inner]);
    expect(await mountPointsBelow(root)).toEqual([inner, outer]);

    await unmountBelow(root, mockServices.logger.mock());

    expect(await mountPointsBelow(root)).toEqual([]);
  });

  it('leaves the directory itself and its neighbours mounted, which are the volumes of others', async () => {
    const directory = join(root, 'store');
    const neighbour = join(root, 'store-2');
    await mkdir(directory);
    await mkdir(neighbour);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', directory]);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', neighbour]);
    try {
      await writeFile(join(directory, 'kept'), '');
      await unmountBelow(directory, mockServices.logger.mock());
      expect(await mountPointsBelow(root)).toEqual([neighbour, directory]);
    } finally {
      await run('umount', [directory]);
      await run('umount', [neighbour]);
    }
  });

  it('tells the operator of a mount that is in use, and goes on', async () => {
    const busy = join(root, 'busy');
    await mkdir(busy);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', busy]);
    const logger = mockServices.logger.mock();
    const before = process.cwd();
    process.chdir(busy);
    try {
      await unmountBelow(root, logger);
    } finally {
      process.chdir(before);
      await run('umount', [busy]);
    }
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(`${busy} is still mounted`),
    );
  });
});
