import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { JoinedBuildRow, toBuildConfig } from './buildRows';
import { Fence } from './fence';

/** An execution that this process now holds. */
export type ClaimedExecution = Fence & {
  buildId: string;
  entityRef: string;
  attempt: number;
  executor: string;
  name: string;
  config: BuildConfig;
  buildNumber: number;
  requestedBy: string;
  /** Where its updates go on; only where it was taken over from another process. */
  resumedFrom?: { cursor: string | undefined };
};

/** What an execution has of its build. */
export function toClaimed(
  row: JoinedBuildRow,
): Pick<
  ClaimedExecution,
  'buildId' | 'entityRef' | 'config' | 'buildNumber' | 'requestedBy'
> {
  return {
    buildId: row.id,
    entityRef: row.entity_ref,
    config: toBuildConfig(row),
    buildNumber: row.number,
    requestedBy: row.created_by,
  };
}
