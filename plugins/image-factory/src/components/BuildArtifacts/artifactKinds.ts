import {
  Artifact,
  ArtifactType,
} from '@image-factory/backstage-plugin-image-factory-common';
import { WordKey } from '../../hooks';

/** What each is called, in the order in which a reader asks for them. */
const KINDS: [ArtifactType, WordKey][] = [
  ['image', 'artifacts.type.image'],
  ['image-archive', 'artifacts.type.imageArchive'],
  ['sbom', 'artifacts.type.sbom'],
  ['vulnerability-report', 'artifacts.type.vulnerabilityReport'],
  ['base-image', 'artifacts.type.baseImage'],
  ['pipeline-run', 'artifacts.type.pipelineRun'],
];

/** What an artifact is called by its type; a later backend may have others. */
export function kindOf({ type }: Artifact): WordKey | undefined {
  return KINDS.find(([kind]) => kind === type)?.[1];
}

export function sortArtifacts(artifacts: Artifact[]): Artifact[] {
  const rank = ({ type }: Artifact) => {
    const place = KINDS.findIndex(([kind]) => kind === type);
    return place < 0 ? KINDS.length : place;
  };
  return [...artifacts].sort((one, other) => rank(one) - rank(other));
}
