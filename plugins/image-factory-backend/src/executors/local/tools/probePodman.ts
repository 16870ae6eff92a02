import { DetectedTool, RunTool, ToolProbe } from './detectedTool';
import { probeStorage } from './probeStorage';
import { readVersion } from './readVersion';

/** Podman runs here, or in a machine of its own as on macOS, where it keeps its own store. */
export async function probePodman(probe: ToolProbe): Promise<DetectedTool> {
  const { name, path } = probe;
  const [answer, remote] = await Promise.all([
    probe.run(['--version']),
    probe.run(['info', '--format', '{{.Host.ServiceIsRemote}}']),
  ]);
  const version = answer.ok ? readVersion(answer.output) : undefined;
  if (version && remote.ok && remote.output.trim() === 'true') {
    return {
      tool: { name, status: 'available', version, path },
      chosen: { name, version, path, globalArgs: [], settings: {} },
    };
  }
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
        message: `podman is here but cannot be used${
          storage.ok ? '' : `: ${storage.message}`
        }`,
        hint: 'Linux: a user other than root needs ranges in /etc/subuid and /etc/subgid and the package uidmap. macOS: podman machine init, then podman machine start.',
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
    sweep: run => sweepPodman(run, storage.globalArgs),
  };
}

async function sweepPodman(run: RunTool, globalArgs: string[]): Promise<void> {
  const left = await run([
    ...globalArgs,
    'ps',
    '--all',
    '--external',
    '--format={{.ID}}',
  ]);
  const ids = left.ok ? left.output.split(/\s+/).filter(Boolean) : [];
  if (ids.length > 0) {
    await run([...globalArgs, 'rm', '--force', ...ids]);
  }
  await run([...globalArgs, 'image', 'prune', '--force']);
}
