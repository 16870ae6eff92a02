import { DetectedTool, ToolProbe } from './detectedTool';
import { readVersion } from './readVersion';

/** Where buildctl looks for the daemon unless BUILDKIT_HOST tells it. */
const USUAL_ADDRESS = 'unix:///run/buildkit/buildkitd.sock';

/** All that buildctl does is done by the daemon, so that is asked whether it has a worker. */
export async function probeBuildctl(probe: ToolProbe): Promise<DetectedTool> {
  const { name, path, environment } = probe;
  const [client, workers] = await Promise.all([
    probe.run(['--version']),
    probe.run(['debug', 'workers']),
  ]);
  const version = client.ok ? readVersion(client.output) : undefined;
  if (!version) {
    return {
      tool: {
        name,
        status: 'unusable',
        path,
        message: `buildctl is here but does not tell its version${
          client.ok ? '' : `: ${client.message}`
        }`,
      },
    };
  }
  if (!workers.ok) {
    const address = environment.BUILDKIT_HOST || USUAL_ADDRESS;
    return {
      tool: {
        name,
        status: 'unusable',
        version,
        path,
        message: `BuildKit's daemon does not answer at ${address}: ${workers.message}`,
        hint: "Start buildkitd on the machine of the portal and let the portal's user reach its socket, or name where another one listens by BUILDKIT_HOST in the environment of the portal.",
      },
    };
  }
  return {
    tool: { name, status: 'available', version, path },
    chosen: { name, version, path, globalArgs: [], settings: {} },
  };
}
