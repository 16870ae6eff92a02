import { BuildList } from '@image-factory/backstage-plugin-image-factory-common';
import { useBuildList } from './useBuildList';
import { LiveQuery } from './useLiveQuery';

/** How many of a component's builds are shown in one place. */
export const ENTITY_BUILDS_SHOWN = 20;

/** The latest builds of a component, and the one that has left its latest image. */
export function useEntityBuilds(entityRef: string): {
  builds: LiveQuery<BuildList>;
  latest: LiveQuery<BuildList>;
} {
  const builds = useBuildList({
    entityRef,
    sort: '-createdAt',
    limit: ENTITY_BUILDS_SHOWN,
  });
  const latest = useBuildList({
    entityRef,
    status: ['completed'],
    sort: '-number',
    limit: 1,
  });
  return { builds, latest };
}
