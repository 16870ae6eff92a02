import { DetectedTool, ToolProbe } from './detectedTool';
import { probeStorage } from './probeStorage';
import { readVersion } from './readVersion';

/**
 * Buildah isolates by chroot here: the only isolation that works as root and
 * as a user, in a container and under every version of control groups.
 */
export async function probeBuildah(probe: ToolProbe): Promise<DetectedTool> {
  const { name, path } = probe;
  const answer = await probe.run(['--version']);
  const version = answer.ok ? readVersion(answer.output) : undefined;
  const storage = version
    ? await probeStorage(probe)
    : { ok: false as const, message: answer.ok ? '' : answer.message };
  if (!version || !storage.ok) {
    return {
      tool: {
        name,
        status: 'unusable',
        version,
        path,
        message: `buildah is here but cannot make a store${
          storage.ok ? '' : `: ${storage.message}`
        }`,
        hint: 'As a user other than root, buildah needs ranges in /etc/subuid and /etc/subgid (usermod --add-subuids) and the package uidmap.',
      },
    };
  }
  return {
    tool: { name, status: 'available', version, path },
    chosen: {
      name,
      version,
      path,
      globalArgs: storage.globalArgs,
      settings: { isolation: 'chroot' },
    },
    sweep: async run => {
      await run([...storage.globalArgs, 'rm', '--all']);
      await run([...storage.globalArgs, 'rmi', '--prune', '--force']);
    },
  };
}
