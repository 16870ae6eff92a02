import { buildPrograms } from '../../cluster/programs/buildPrograms';
import { SYFT, TRIVY } from '../../cluster/programs/programSets';

/** The paths of Syft and Trivy as they are in the step images, for builds on the portal's own machine. They are in the cache since the cluster was brought up. */
export async function checkTools(): Promise<Record<string, string>> {
  const syft = await buildPrograms(SYFT);
  const trivy = await buildPrograms(TRIVY);
  return { ...syft.paths, ...trivy.paths };
}
