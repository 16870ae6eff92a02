import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { bootId } from '../processes';
import { ToolProbe } from './detectedTool';

/** Native overlay first: vfs copies every layer as a whole. */
const DRIVERS = ['overlay', 'vfs'];

/** Options by which Podman and Buildah use a store of this executor's own, or why none works. */
export type StorageProbe =
  | { ok: true; globalArgs: string[] }
  | { ok: false; message: string };

/** Finds the best storage driver that works here, by using it. */
export async function probeStorage(probe: ToolProbe): Promise<StorageProbe> {
  let message = '';
  for (const driver of DRIVERS) {
    const root = join(probe.storage, `${probe.name}-${driver}`);
    await mkdir(root, { recursive: true, mode: 0o700 });
    const globalArgs = [
      `--root=${root}`,
      `--runroot=${await makeRunRoot(root)}`,
      `--storage-driver=${driver}`,
    ];
    const answer = await probe.run([...globalArgs, 'info']);
    if (answer.ok) {
      return { ok: true, globalArgs };
    }
    message = answer.message;
  }
  return { ok: false, message };
}

/**
 * What the tools note of their mounts must not outlive the boot, and Podman
 * takes at most 50 characters for its path.
 */
async function makeRunRoot(root: string): Promise<string> {
  const name = createHash('sha256')
    .update(`${await bootId()} ${root}`)
    .digest('hex')
    .slice(0, 12);
  const path = join(tmpdir(), `if-run-${name}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stats = await lstat(path);
  if (!stats.isDirectory() || stats.uid !== userInfo().uid) {
    throw new Error(
      `${path} belongs to another user; remove it, or give the portal a TMPDIR of its own`,
    );
  }
  return path;
}
