import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { blobs, workspaces } from './leftovers';
import { Place } from './Place';
import { BuildRow } from './PortalRows';

/** Where a build can be when its portal dies. */
export const PHASES = [
  'queued',
  'claimed',
  'copying the source',
  'building',
  'exporting',
  'delivering',
  'storing the archive',
  'tidying up',
  'completing',
  'over',
] as const;

export type Phase = (typeof PHASES)[number];

/** Tells by what a dead portal has left on the disk and in its database where it was with a build. */
export async function phaseOf(place: Place, build: BuildRow): Promise<Phase> {
  if (build.status === 'queued') return 'queued';
  if (build.status !== 'running') return 'over';
  const execution = (await place.rows.executions(build.id)).at(-1)!;
  const workspace = workspaces(place.dataDirectory).find(path =>
    basename(path).includes(build.id.replaceAll('-', '')),
  );
  const stored = blobs(place.dataDirectory).filter(name =>
    name.includes(execution.id),
  );
  if (!workspace) return stored.length > 0 ? 'completing' : 'claimed';
  if (stored.some(name => name.endsWith('.part'))) return 'storing the archive';
  if (stored.length > 0) return 'tidying up';
  // The builder writes the index of what it exports last.
  if (existsSync(join(workspace, 'layout', 'index.json'))) return 'delivering';
  if (existsSync(join(workspace, 'layout'))) return 'exporting';
  const steps = await place.rows.steps(execution.id);
  const isBuilding =
    // While a source is fetched from git a process runs as well, and its folder is empty.
    (entries(join(workspace, 'processes')).length > 0 &&
      entries(join(workspace, 'source')).length > 0) ||
    steps.some(
      ({ name, status }) => name === 'build-image' && status !== 'pending',
    );
  return isBuilding ? 'building' : 'copying the source';
}

/** None where the folder is not there yet, as while the workspace is made. */
function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
