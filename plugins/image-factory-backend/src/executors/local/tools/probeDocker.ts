import { DetectedTool, ToolProbe } from './detectedTool';
import { readVersion } from './readVersion';

/** A docker client is common without a daemon that it reaches, so the daemon is asked. */
export async function probeDocker(probe: ToolProbe): Promise<DetectedTool> {
  const { name, path } = probe;
  const [client, daemon, context] = await Promise.all([
    probe.run(['--version']),
    probe.run(['info', '--format', '{{.ServerVersion}}']),
    probe.run(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']),
  ]);
  const clientVersion = client.ok ? readVersion(client.output) : undefined;
  const version = daemon.ok ? readVersion(daemon.output) : undefined;
  if (!version) {
    return {
      tool: {
        name,
        status: 'unusable',
        version: clientVersion,
        path,
        message: `The docker client is here, but no daemon answers${
          daemon.ok ? '' : `: ${daemon.message}`
        }`,
        hint: "Start the daemon (Linux: systemctl start docker; macOS: start Docker Desktop) and let the portal's user reach its socket, or install podman or buildah.",
      },
    };
  }
  const host = context.ok ? context.output.trim() : '';
  return {
    tool: { name, status: 'available', version, path },
    chosen: {
      name,
      version,
      path,
      globalArgs: [],
      // A build has a home of its own, where docker would not find the user's context.
      settings: host ? { host } : {},
    },
  };
}
