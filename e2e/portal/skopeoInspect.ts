import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface InspectedImage {
  Digest: string;
  Architecture: string;
  Layers: string[];
}

/** What skopeo, which shares no code with the portal, reads in an archive. */
export async function skopeoInspect(
  transport: 'oci-archive' | 'docker-archive',
  path: string,
): Promise<InspectedImage> {
  const { stdout } = await execute('skopeo', [
    'inspect',
    `${transport}:${path}`,
  ]);
  return JSON.parse(stdout);
}
