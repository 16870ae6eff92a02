import { DetectedTool, ToolProbe } from './detectedTool';
import { readVersion } from './readVersion';

/** A tool of which only its name is known, as a method from outside may need it. */
export async function probeOther(probe: ToolProbe): Promise<DetectedTool> {
  const { name, path } = probe;
  const answer = await probe.run(['--version']);
  const version = answer.ok ? readVersion(answer.output) : undefined;
  if (!version) {
    return {
      tool: {
        name,
        status: 'unusable',
        path,
        message: `${name} is here but does not tell its version${
          answer.ok ? '' : `: ${answer.message}`
        }`,
      },
    };
  }
  return {
    tool: { name, status: 'available', version, path },
    chosen: { name, version, path, globalArgs: [], settings: {} },
  };
}
