import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BUSYBOX,
  describeWithMounts,
  describeWithStaticBusybox,
} from '../../__testUtils__/engines';
import { ExecutorHarness, runToEnd } from './__testUtils__/executorHarness';
import { makeSpec } from './__testUtils__/makeSpec';

const run = promisify(execFile);

jest.setTimeout(120_000);

const HINT =
  'Free space on the machine of the portal, or give imageFactory.dataDirectory a larger disk; the build is tried again by itself.';

describeWithStaticBusybox('LocalExecutor on a disk that is full', () => {
  describeWithMounts('as a small one of its own is', () => {
    let harness: ExecutorHarness;
    const mounted: string[] = [];

    beforeEach(async () => {
      harness = await ExecutorHarness.create({ toolOrder: ['buildah'] });
      const source = join(harness.sources, 'large');
      await mkdir(source);
      await copyFile(BUSYBOX, join(source, 'busybox'));
      await writeFile(join(source, 'noise'), randomBytes(24 * 1024 * 1024));
      await writeFile(
        join(source, 'Dockerfile'),
        'FROM scratch\nCOPY busybox /bin/busybox\nCOPY noise /\n',
      );
    });

    afterEach(async () => {
      await harness.executor.stop();
      for (const path of mounted.splice(0)) {
        await run('umount', [path]);
      }
      await harness.remove();
    });

    async function mount(path: string, megabytes: number): Promise<void> {
      await mkdir(path, { recursive: true });
      await run('mount', [
        '-t',
        'tmpfs',
        '-o',
        `size=${megabytes}m`,
        'tmpfs',
        path,
      ]);
      mounted.push(path);
    }

    async function build() {
      const { outcome } = await runToEnd(
        harness.executor,
        makeSpec({ path: 'large' }),
      );
      expect(await readdir(join(harness.executor.directory, 'runs'))).toEqual(
        [],
      );
      return outcome;
    }

    it('says so of the disk of workspaces when the source does not fit', async () => {
      await mount(join(harness.executor.directory, 'runs'), 8);
      expect(await build()).toEqual({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'clone-repo',
          message: 'The disk that holds the workspaces of builds is full.',
          hint: HINT,
        },
      });
    });

    it('says so of the same disk when not even a workspace can be made, and leaves no part of one', async () => {
      const runs = join(harness.executor.directory, 'runs');
      await mount(runs, 1);
      await run('dd', ['if=/dev/zero', `of=${join(runs, 'ballast')}`]).catch(
        () => undefined,
      );
      const { outcome } = await runToEnd(
        harness.executor,
        makeSpec({ path: 'large' }),
      );
      expect(outcome).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: 'The disk that holds the workspaces of builds is full.',
          hint: HINT,
        },
      });
      expect(await readdir(runs)).toEqual(['ballast']);
    });

    it('says so of the image store when a layer does not fit', async () => {
      await mount(join(harness.executor.directory, 'storage'), 12);
      expect(await build()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'build-image',
          message:
            'The disk that holds the image store of the builder is full.',
          hint: expect.stringContaining('tried again by itself'),
        },
      });
    });

    it('takes it for likely when the builder cannot write a layer into the workspace, of which it says less', async () => {
      // The source fits, and a second time its bytes do not.
      await mount(join(harness.executor.directory, 'runs'), 40);
      expect(await build()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'build-image',
          message:
            'The builder could not write a layer into its workspace; most likely the disk that holds the workspaces of builds is full.',
        },
      });
    });

    it('says so of the disk of archives, and leaves no half of one', async () => {
      const blobs = join(harness.directory, 'blobs');
      await mount(blobs, 8);
      expect(await build()).toEqual({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'push-image',
          message: 'The disk that holds the archives of images is full.',
          hint: HINT,
        },
      });
      const left = await readdir(blobs, {
        recursive: true,
        withFileTypes: true,
      });
      expect(left.filter(entry => entry.isFile())).toEqual([]);
    });
  });
});
