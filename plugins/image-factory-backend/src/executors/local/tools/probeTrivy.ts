import { join } from 'node:path';
import { DetectedTool, ToolProbe } from './detectedTool';
import { probeOther } from './probeOther';

/** Trivy keeps its database in a place of this executor's own: one of a build would go with it, and be fetched again for each. */
export async function probeTrivy(probe: ToolProbe): Promise<DetectedTool> {
  const found = await probeOther(probe);
  return found.chosen
    ? {
        ...found,
        chosen: {
          ...found.chosen,
          globalArgs: [`--cache-dir=${join(probe.storage, 'trivy')}`],
        },
      }
    : found;
}
